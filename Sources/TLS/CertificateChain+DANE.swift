import Basics
import COpenSSL
import FoundationEssentials

extension CertificateChain {
    /// Verifies the chain by TLSA records alone (RFC 7672 3.1): no root is trusted. Takes 20 us for usage 3, 0.5 ms for usage 2.
    ///
    /// - Parameters:
    ///   - records: usable ones of usage 2 and 3, the digests already selected (RFC 7671 9).
    ///   - names: reference identifiers (RFC 7672 3.2.2), for usage 2; usage 3 heeds neither names nor dates (RFC 7672 3.1.1).
    package func verifyDANE(
        records: [(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8])], names: [DomainName], now: Date
    ) -> DANEChainResult {
        do throws(TLSError) {
            let names = names.filter { $0.fits(.reference) }.map(\.text)
            let matcher = try TLSAMatcher()
            var added: [Int] = []
            for (index, record) in records.enumerated() {
                // Without a name to compare, OpenSSL would skip the comparison.
                guard record.usage == 3 || (record.usage == 2 && !names.isEmpty) else { continue }
                if try matcher.add(usage: record.usage, selector: record.selector, matchingType: record.matchingType, data: record.data) {
                    added.append(index)
                }
            }
            guard !added.isEmpty else { return .failed("no usable TLSA record") }
            let verification = try ChainVerification(certificates, store: matcher.store, now: now)
            try verification.useDANE(of: matcher.ssl, names: names)
            let error = verification.run()
            switch error {
            case X509_V_OK:
                guard let match = matcher.match() else { return .noMatch }
                let index = added.first {
                    records[$0].usage == match.usage && records[$0].selector == match.selector
                        && records[$0].matchingType == match.matchingType && records[$0].data == match.data
                }
                guard let index else { return .failed("the matching record is not one of those given") }
                return .matched(index: index, depth: match.depth)
            case X509_V_ERR_HOSTNAME_MISMATCH: return .hostMismatch
            case X509_V_ERR_CERT_HAS_EXPIRED: return .expired
            case X509_V_ERR_DANE_NO_MATCH: return .noMatch
            // No certificate of the chain is the trust anchor, and no root is trusted: every such path ends here.
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
                return .noMatch
            default: return .failed(verification.describe(error))
            }
        } catch {
            return .failed(error.description)
        }
    }
}
