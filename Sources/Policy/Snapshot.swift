import Basics
import FoundationEssentials
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
    /// How long the look-ups of MX, addresses and TLSA took, in milliseconds.
    let dnsMilliseconds: Int
    /// How long the MTA-STS policy took, beside them; nil when it was not asked for.
    let stsMilliseconds: Int?
    /// What was asked for past all caches; nil if nothing was.
    let refresh: Refresh?
    /// Counts the look-ups of a service in the order in which they began.
    let number: Int
    private let known: Mutex<Known>

    private struct Known {
        var authentication = BoundedCache<[UInt8], [DomainName: HostAuthentication], Date>(capacity: 64, octetLimit: 1 << 20)
        var encodedInputs = BoundedCache<DecisionInputs, EncodedEvidence, Never>(capacity: 64, octetLimit: 1 << 20)
        var certificates = BoundedCache<[UInt8], [CertificateRecord], Never>(capacity: 64, octetLimit: 1 << 20)
        var encoded: (evidence: EncodedEvidence, document: EncodedEvidence?)?
    }

    init(
        _ evidence: DomainEvidence, validUntil: Date, dnsMilliseconds: Int, stsMilliseconds: Int? = nil, number: Int = 0,
        refresh: Refresh? = nil
    ) {
        self.number = number
        self.refresh = refresh
        self.evidence = evidence
        self.validUntil = validUntil
        self.dnsMilliseconds = dnsMilliseconds
        self.stsMilliseconds = stsMilliseconds
        known = Mutex(Known())
    }

    /// Whether it is what `lookup` would find: anything for the first look-up, and for one past the caches what another such found that
    /// began after the one for `judged`.
    func answers(_ lookup: PolicyService.Lookup, insteadOf judged: Snapshot?) -> Bool {
        guard let wanted = lookup.refresh else { return true }
        return refresh == wanted && number > (judged?.number ?? 0)
    }

    /// What it owns on the heap, about: the evidence with its records, and what is likely to be worked out from it.
    var octets: Int {
        let hosts = evidence.hosts.reduce(0) { sum, host in
            guard case .records(let records) = host.tlsa else { return sum + 512 }
            return sum + 512 + records.reduce(0) { $0 + $1.data.count + 40 }
        }
        return 2048 + hosts + (evidence.sts.policy.map { 2 * $0.policy.text.utf8.count } ?? 0)
    }

    /// What the chain with this digest was found to prove, unless that has to be checked anew.
    func authentication(ofChain digest: [UInt8], now: Date) -> [DomainName: HostAuthentication]? {
        known.withLock { known in
            known.authentication.value(for: digest, now: now)
        }
    }

    func remember(_ results: [DomainName: HostAuthentication], ofChain digest: [UInt8], until: Date) {
        // A hash, a name and a result of a few hundred octets each.
        let octets = digest.count + results.count * 512
        known.withLock { $0.authentication.store(results, for: digest, until: until, octets: octets, now: nil) }
    }

    /// The evidence as stored in the journal, and the document that it refers to, if any.
    public var encoded: (evidence: EncodedEvidence, document: EncodedEvidence?) {
        known.withLock { known in
            if let encoded = known.encoded { return encoded }
            let document = evidence.document
            let made = (EncodedEvidence(evidence.referring(to: document)), document)
            known.encoded = made
            return made
        }
    }

    /// The certificates of `chain` as stored in the journal; made once for a chain.
    func records(of chain: CertificateChain) -> [CertificateRecord] {
        if let made = known.withLock({ $0.certificates.value(for: chain.digest) }) { return made }
        let made = zip(chain.certificateDigests, chain.derCertificates()).enumerated().map { depth, certificate in
            CertificateRecord(
                sha256: certificate.0, der: certificate.1, subject: depth == 0 ? chain.leaf.subject : "",
                notAfter: depth == 0 ? chain.leaf.notAfter : nil)
        }
        let octets = made.reduce(chain.digest.count) { $0 + $1.der.count + 300 }
        known.withLock { $0.certificates.store(made, for: chain.digest, octets: octets) }
        return made
    }

    /// `inputs` as stored in the journal; equal ones are encoded once.
    func encoded(_ inputs: DecisionInputs) -> EncodedEvidence {
        known.withLock { known in
            if let encoded = known.encodedInputs.value(for: inputs) { return encoded }
            let made = EncodedEvidence(inputs)
            // The inputs have about as much to say as their text.
            known.encodedInputs.store(made, for: inputs, octets: 2 * made.body.count + made.digest.count)
            return made
        }
    }
}
