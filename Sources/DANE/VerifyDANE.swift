import Basics
import FoundationEssentials
import TLS

/// Whether the TLSA records authenticate the chain (RFC 7672 3): usage 3 by the leaf alone, usage 2 by a path to a trust anchor in the chain, with
/// dates and one of `referenceNames` in the leaf. Takes 20 us to 0.5 ms: not for an event loop.
///
/// - Parameter associations: those of the chain, for comparisons with many record sets.
public func verifyDANE(
    chain: CertificateChain, selection: TLSASelection, referenceNames: [DomainName], now: Date, associations: TLSAAssociations? = nil
) -> DANEResult {
    guard !selection.usable.isEmpty else { return .noUsableRecords }
    let associations = associations ?? TLSAAssociations(chain)
    let candidates = selection.usable.filter {
        associations.mayMatch(usage: $0.usage, selector: $0.selector, matchingType: $0.matchingType, data: $0.data)
    }
    guard !candidates.isEmpty else { return .noMatch }
    let records = candidates.map { (usage: $0.usage, selector: $0.selector, matchingType: $0.matchingType, data: $0.data) }
    switch chain.verifyDANE(records: records, names: referenceNames, now: now) {
    case .matched(let index, let depth):
        guard candidates.indices.contains(index) else { return .failed("the matching record is not one of those given") }
        return .matched(record: candidates[index], depth: depth)
    case .noMatch: return .noMatch
    case .hostMismatch: return .hostMismatch
    case .expired: return .expired
    case .failed(let reason): return .failed(reason)
    }
}
