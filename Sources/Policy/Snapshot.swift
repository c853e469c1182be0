import Basics
import FoundationEssentials
import MTASTS
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
    let validUntil: ContinuousClock.Instant
    /// How long the look-ups of MX, addresses and TLSA took, in milliseconds.
    let dnsMilliseconds: Int
    /// How long the MTA-STS policy took, beside them; nil when it was not asked for.
    let stsMilliseconds: Int?
    /// What was asked for past all caches; nil if nothing was.
    let refresh: Refresh?
    /// Counts the look-ups of a service in the order in which they began.
    let number: Int
    private let known: Mutex<Known>

    /// What a chain was found to prove.
    private struct Finding {
        var results: [DomainName: HostAuthentication]
        var at: Moment
        /// The time of day at which a certificate of it ends.
        var end: Date
    }

    /// What a chain was found to prove holds this long at the most: trust and TLSA records are checked again then.
    private static let findingLifetime: Duration = .seconds(600)

    private struct Known {
        var authentication = BoundedCache<[UInt8], Finding, ContinuousClock.Instant>(capacity: 64, octetLimit: 1 << 20)
        var encodedInputs = BoundedCache<DecisionInputs, EncodedEvidence, Never>(capacity: 64, octetLimit: 1 << 20)
        var certificates = BoundedCache<[UInt8], [CertificateRecord], Never>(capacity: 64, octetLimit: 1 << 20)
        var encoded: (evidence: EncodedEvidence, document: EncodedEvidence?)?
        var fingerprint: [UInt8]?
    }

    init(
        _ evidence: DomainEvidence, validUntil: ContinuousClock.Instant, dnsMilliseconds: Int, stsMilliseconds: Int? = nil, number: Int = 0,
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

    /// What the chain with this digest was found to prove, unless that has to be checked anew.
    func authentication(ofChain digest: [UInt8], at now: Moment) -> [DomainName: HostAuthentication]? {
        known.withLock { known in
            guard let finding = known.authentication.value(for: digest, now: now.steady), now.wall < finding.end,
                now.hasKeptPace(since: finding.at)
            else { return nil }
            return finding.results
        }
    }

    /// - Parameter end: the time of day at which it ends whatever happens: that of the first certificate that it rests on.
    func remember(_ results: [DomainName: HostAuthentication], ofChain digest: [UInt8], at now: Moment, end: Date) {
        // A hash, a name and a result of a few hundred octets each.
        let octets = digest.count + results.count * 512
        let finding = Finding(results: results, at: now, end: end)
        known.withLock {
            $0.authentication.store(finding, for: digest, until: now.steady + Self.findingLifetime, octets: octets, now: nil)
        }
    }

    /// Tells evidence that says the same of the domain's servers from other evidence: not when it was looked up, nor where the servers are.
    var fingerprint: [UInt8] {
        known.withLock { known in
            if let made = known.fingerprint { return made }
            let made = EncodedEvidence(evidence.withoutCircumstances).digest
            known.fingerprint = made
            return made
        }
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

extension DomainEvidence {
    /// What a leg is measured by, and nothing that each look-up may find different.
    fileprivate var withoutCircumstances: DomainEvidence {
        var evidence = self
        evidence.lookedUpAt = Date(timeIntervalSince1970: 0)
        for index in evidence.hosts.indices {
            evidence.hosts[index].addresses = []
            evidence.hosts[index].ttl = 0
            if case .records(let records) = evidence.hosts[index].tlsa {
                evidence.hosts[index].tlsa = .records(records.sorted { $0.description < $1.description })
            }
        }
        if case .policy(let cached, _) = evidence.sts {
            evidence.sts = .policy(
                CachedPolicy(
                    domain: cached.domain, id: cached.id, fetched: FetchedPolicy(policy: cached.policy), now: evidence.lookedUpAt,
                    lastUsed: evidence.lookedUpAt), note: nil)
        }
        return evidence
    }
}
