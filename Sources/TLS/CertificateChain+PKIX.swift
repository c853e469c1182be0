import Basics
import COpenSSL
import FoundationEssentials

extension CertificateChain {
    /// Whether a path of RFC 5280 leads from the leaf to a root of `trust`, for the purpose of a TLS server, valid at `now`, and the leaf names
    /// `host` (RFC 8461 4.2). Takes about 1 ms: not for an event loop.
    public func verifyPKIX(host: DomainName, trust: TrustStore, now: Date) -> PKIXResult {
        let path = verifyPKIXPath(trust: trust, now: now)
        guard case .valid = path else { return path }
        return matchesDNSName(host) ? path : .hostMismatch
    }

    /// As `verifyPKIX`, without the name: one path serves many hosts, with `matchesDNSName` for each.
    public func verifyPKIXPath(trust: TrustStore, now: Date) -> PKIXResult {
        do throws(TLSError) {
            let verification = try ChainVerification(certificates, store: trust.pointer, now: now)
            verification.usePKIXRules()
            let error = verification.run()
            switch error {
            case X509_V_OK: return .valid(until: verification.pathEnd())
            case X509_V_ERR_CERT_HAS_EXPIRED: return .expired
            case X509_V_ERR_CERT_NOT_YET_VALID: return .notYetValid
            default: return .notTrusted(verification.describe(error))
            }
        } catch {
            return .notTrusted(error.description)
        }
    }

    /// Whether a DNS name of the leaf's subjectAltName is `host`, or covers it with a wildcard that is the whole left-most label (RFC 6125 6.4).
    /// The common name and IP addresses do not count (RFC 8461 4.2).
    public func matchesDNSName(_ host: DomainName) -> Bool {
        guard host.fits(.reference), let leaf = certificates[0] else { return false }
        let flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
        defer { ERR_clear_error() }
        return X509_check_host(leaf, host.text, host.text.utf8.count, UInt32(flags), nil) == 1
    }
}
