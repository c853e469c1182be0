import Basics
import DANE
import FoundationEssentials
import TLS

extension PolicyService {
    /// The leg with what its chain proves, if that is known already.
    func knownLeg(_ request: JudgeRequest, snapshot: Snapshot) -> LegEvidence? {
        guard let chain = request.chain else { return leg(request, snapshot: snapshot, authentication: [:]) }
        return snapshot.authentication(ofChain: chain.digest, at: moment()).map { leg(request, snapshot: snapshot, authentication: $0) }
    }

    /// The leg with what its chain proves. Building and checking a path takes up to a millisecond, so that is done on a thread of its own.
    func authenticatedLeg(_ request: JudgeRequest, snapshot: Snapshot) async -> LegEvidence {
        if let known = knownLeg(request, snapshot: snapshot) { return known }
        guard let chain = request.chain else { return leg(request, snapshot: snapshot, authentication: [:]) }
        let moment = moment()
        let now = moment.wall
        let evidence = snapshot.evidence
        let trust = trust
        // The pool refuses work only once it is shut down, when the process is ending.
        let results =
            (try? await threads.runIfActive { authenticate(chain, evidence: evidence, trust: trust, now: now) }) ?? [:]
        var end = Date.distantFuture
        for result in results.values {
            if case .valid(let notAfter) = result.pkix { end = min(end, notAfter) }
            // RFC 7672 3.1.1: usage 3 takes no notice of dates; a path to a trust anchor ends with the first of its certificates.
            if case .matched(let record, _)? = result.dane, record.usage == 2 { end = min(end, chain.nextEnd(after: now)) }
        }
        snapshot.remember(results, ofChain: chain.digest, at: moment, end: end)
        return leg(request, snapshot: snapshot, authentication: results)
    }

    private func leg(_ request: JudgeRequest, snapshot: Snapshot, authentication: [DomainName: HostAuthentication]) -> LegEvidence {
        var leg = request.leg
        leg.hostsAtDestination = memory.hosts(of: snapshot.evidence.hosts, at: leg.destination, now: clock.instant)
        leg.certificates = request.chain?.certificateDigests ?? []
        leg.authentication = authentication
        return leg
    }
}

extension CertificateChain {
    /// When the next of the certificates ends that have not ended at `now`; those that have do not bear the path.
    fileprivate func nextEnd(after now: Date) -> Date {
        derCertificates().compactMap { try? CertificateChain(der: [$0]).leaf.notAfter }.filter { now <= $0 }.min() ?? now
    }
}

/// Most whole certificates and keys of trust anchors (2 0 0, 2 1 0) of all hosts of a domain that a chain is tried with.
private let mostTrustAnchors = 64

/// Compares a peer's chain with each MX host of a domain: by its TLSA records (RFC 7672 3), and by PKIX (RFC 8461 4.2).
public func authenticate(
    _ chain: CertificateChain, evidence: DomainEvidence, trust: TrustStore, now: Date
) -> [DomainName: HostAuthentication] {
    var results: [DomainName: HostAuthentication] = [:]
    // One path serves all names: building it costs most of the check.
    let path = chain.verifyPKIXPath(trust: trust, now: now)
    let associations = TLSAAssociations(chain)
    var anchors = 0
    for host in evidence.hosts {
        var dane: DANEResult?
        if case .records(let records) = host.tlsa {
            let selection = TLSASelection(records)
            if !selection.usable.isEmpty, let base = host.tlsaBase {
                let names = referenceNames(
                    tlsaBase: base, mxHost: host.host, nextHopDomain: evidence.domain, mxSecure: evidence.mx.isSecure,
                    expandedDomain: evidence.expandedDomain)
                // A whole trust anchor may be the missing end of the path, which takes a signature check to find out.
                anchors += selection.usable.count { $0.usage == 2 && $0.matchingType == 0 }
                dane =
                    anchors > mostTrustAnchors
                    ? .failed("the domain has more than \(mostTrustAnchors) whole trust anchors")
                    : verifyDANE(chain: chain, selection: selection, referenceNames: names, now: now, associations: associations)
            }
        }
        var pkix = path
        if case .valid = path, !chain.matchesDNSName(host.host) { pkix = .hostMismatch }
        results[host.host] = HostAuthentication(dane: dane, pkix: pkix)
    }
    return results
}
