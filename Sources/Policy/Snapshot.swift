import Basics
import FoundationEssentials
import Journal
import Records
import Synchronization
import TLS

/// Evidence about a domain as looked up once, with what was worked out from it since.
///
/// Shared by all sessions that write to the domain until `validUntil`.
public final class Snapshot: Sendable {
    /// What was looked up.
    public let evidence: DomainEvidence
    /// When it is to be looked up again.
    let validUntil: Date
    /// How long the look-ups took, in milliseconds.
    let lookupMilliseconds: Int
    /// What was asked for past all caches; nil if nothing was.
    let refresh: Refresh?
    private let known: Mutex<Known>

    private struct Known {
        var authentication = BoundedCache<[UInt8], (results: [String: HostAuthentication], until: Date)>(capacity: 64)
        var encodedInputs = BoundedCache<DecisionInputs, EncodedEvidence>(capacity: 64)
        var certificates = BoundedCache<[UInt8], [CertificateRecord]>(capacity: 64)
        var encoded: EncodedEvidence?
    }

    init(_ evidence: DomainEvidence, validUntil: Date, lookupMilliseconds: Int, refresh: Refresh? = nil) {
        self.refresh = refresh
        self.evidence = evidence
        self.validUntil = validUntil
        self.lookupMilliseconds = lookupMilliseconds
        known = Mutex(Known())
    }

    /// What the chain with this digest was found to prove, unless that has to be checked anew.
    func authentication(ofChain digest: [UInt8], now: Date) -> [String: HostAuthentication]? {
        known.withLock { known in
            guard let entry = known.authentication[digest], now < entry.until else { return nil }
            return entry.results
        }
    }

    func remember(_ results: [String: HostAuthentication], ofChain digest: [UInt8], until: Date) {
        known.withLock { $0.authentication[digest] = (results, until) }
    }

    /// The evidence as stored in the journal.
    public var encoded: EncodedEvidence {
        known.withLock { known in
            if let encoded = known.encoded { return encoded }
            let made = EncodedEvidence(evidence)
            known.encoded = made
            return made
        }
    }

    /// The certificates of `chain` as stored in the journal; made once for a chain.
    func records(of chain: CertificateChain) -> [CertificateRecord] {
        if let made = known.withLock({ $0.certificates[chain.digest] }) { return made }
        let made = zip(chain.certificateDigests, chain.derCertificates()).enumerated().map { depth, certificate in
            CertificateRecord(
                sha256: certificate.0, der: certificate.1, subject: depth == 0 ? chain.leaf.subject : "",
                notAfter: depth == 0 ? chain.leaf.notAfter : nil)
        }
        known.withLock { $0.certificates[chain.digest] = made }
        return made
    }

    /// `inputs` as stored in the journal; equal ones are encoded once.
    func encoded(_ inputs: DecisionInputs) -> EncodedEvidence {
        known.withLock { known in
            if let encoded = known.encodedInputs[inputs] { return encoded }
            let made = EncodedEvidence(inputs)
            known.encodedInputs[inputs] = made
            return made
        }
    }
}
