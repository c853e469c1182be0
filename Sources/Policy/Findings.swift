import Basics
import FoundationEssentials
import Records
import Synchronization
import TLS

/// What was worked out from evidence and from chains, for all domains of a service together: whatever strangers publish or show, it takes no more
/// room than this, and can be worked out again.
final class Findings: Sendable {
    /// A chain, and the evidence that it was compared with.
    private struct Comparison: Hashable {
        var snapshot: Int
        var chain: [UInt8]
    }

    /// What a chain was found to prove.
    private struct Finding {
        var results: [DomainName: HostAuthentication]
        var at: Moment
        /// The time of day at which a certificate of it ends.
        var end: Date
    }

    /// What a chain was found to prove holds this long at the most: trust and TLSA records are checked again then.
    private static let lifetime: Duration = .seconds(600)
    /// Octets for each kind of finding.
    static let octetLimit = 16 << 20
    /// Findings of each kind.
    private static let capacity = 100_000

    private let comparisons = Mutex(
        BoundedCache<Comparison, Finding, ContinuousClock.Instant>(capacity: capacity, octetLimit: octetLimit))
    private let inputs = Mutex(BoundedCache<DecisionInputs, EncodedEvidence, Never>(capacity: capacity, octetLimit: octetLimit))
    private let domains = Mutex(
        BoundedCache<Int, (evidence: EncodedEvidence, document: EncodedEvidence?), Never>(capacity: capacity, octetLimit: octetLimit))
    private let certificates = Mutex(BoundedCache<[UInt8], [CertificateRecord], Never>(capacity: capacity, octetLimit: octetLimit))

    /// Octets that are kept.
    var octets: Int {
        comparisons.withLock { $0.octets } + inputs.withLock { $0.octets } + domains.withLock { $0.octets }
            + certificates.withLock { $0.octets }
    }

    /// What the chain with this digest was found to prove by the evidence of a snapshot, unless that has to be checked anew.
    func authentication(ofChain chain: [UInt8], snapshot: Int, at now: Moment) -> [DomainName: HostAuthentication]? {
        let comparison = Comparison(snapshot: snapshot, chain: chain)
        guard let finding = comparisons.withLock({ $0.value(for: comparison, now: now.steady) }), now.wall < finding.end,
            now.hasKeptPace(since: finding.at)
        else { return nil }
        return finding.results
    }

    /// - Parameter end: the time of day at which it ends whatever happens: that of the first certificate that it rests on.
    func remember(
        _ results: [DomainName: HostAuthentication], ofChain chain: [UInt8], snapshot: Int, at now: Moment, end: Date
    ) {
        // A hash, a name and a result of a few hundred octets each, with the record that matched.
        let octets = results.values.reduce(chain.count + 64) { sum, result in
            guard case .matched(let record, _)? = result.dane else { return sum + 512 }
            return sum + 512 + record.data.count
        }
        comparisons.withLock {
            $0.store(
                Finding(results: results, at: now, end: end), for: Comparison(snapshot: snapshot, chain: chain),
                until: now.steady + Self.lifetime, octets: octets, now: now.steady)
        }
    }

    /// The evidence of a snapshot as stored in the journal, and the document that it refers to, if any.
    func encoded(_ evidence: DomainEvidence, snapshot: Int) -> (evidence: EncodedEvidence, document: EncodedEvidence?) {
        if let made = domains.withLock({ $0.value(for: snapshot) }) { return made }
        let document = evidence.document
        let made = (evidence: EncodedEvidence(evidence.referring(to: document)), document: document)
        let octets = made.evidence.body.count + (document?.body.count ?? 0) + 256
        domains.withLock { $0.store(made, for: snapshot, octets: octets) }
        return made
    }

    /// `inputs` as stored in the journal; equal ones are encoded once.
    func encoded(_ inputs: DecisionInputs) -> EncodedEvidence {
        if let made = self.inputs.withLock({ $0.value(for: inputs) }) { return made }
        let made = EncodedEvidence(inputs)
        // The inputs have about as much to say as their text, and are kept twice, as a key.
        self.inputs.withLock { $0.store(made, for: inputs, octets: 3 * made.body.count + made.digest.count + 128) }
        return made
    }

    /// The certificates of `chain` as stored in the journal.
    func records(of chain: CertificateChain) -> [CertificateRecord] {
        if let made = certificates.withLock({ $0.value(for: chain.digest) }) { return made }
        let made = zip(chain.certificateDigests, chain.derCertificates()).enumerated().map { depth, certificate in
            CertificateRecord(
                sha256: certificate.0, der: certificate.1, subject: depth == 0 ? chain.leaf.subject : "",
                notAfter: depth == 0 ? chain.leaf.notAfter : nil)
        }
        let octets = made.reduce(chain.digest.count) { $0 + $1.der.count + $1.subject.utf8.count + 300 }
        certificates.withLock { $0.store(made, for: chain.digest, octets: octets) }
        return made
    }
}
