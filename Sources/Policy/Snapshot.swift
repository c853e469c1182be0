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
    /// Tells it from every other of the process.
    private let identity: Int
    private let findings: Findings
    private let knownFingerprint = Mutex<[UInt8]?>(nil)

    private static let lastIdentity = Atomic(0)

    init(
        _ evidence: DomainEvidence, validUntil: ContinuousClock.Instant, dnsMilliseconds: Int, stsMilliseconds: Int? = nil, number: Int = 0,
        refresh: Refresh? = nil, findings: Findings = Findings()
    ) {
        identity = Self.lastIdentity.add(1, ordering: .relaxed).newValue
        self.findings = findings
        self.number = number
        self.refresh = refresh
        self.evidence = evidence
        self.validUntil = validUntil
        self.dnsMilliseconds = dnsMilliseconds
        self.stsMilliseconds = stsMilliseconds
    }

    /// Whether it is what `lookup` would find: anything for the first look-up, and for one past the caches what another such found that
    /// began after the one for `judged`.
    func answers(_ lookup: PolicyService.Lookup, insteadOf judged: Snapshot?) -> Bool {
        guard let wanted = lookup.refresh else { return true }
        return refresh == wanted && number > (judged?.number ?? 0)
    }

    /// What the chain with this digest was found to prove, unless that has to be checked anew.
    func authentication(ofChain digest: [UInt8], at now: Moment) -> [DomainName: HostAuthentication]? {
        findings.authentication(ofChain: digest, snapshot: identity, at: now)
    }

    /// - Parameter end: the time of day at which it ends whatever happens: that of the first certificate that it rests on.
    func remember(_ results: [DomainName: HostAuthentication], ofChain digest: [UInt8], at now: Moment, end: Date) {
        findings.remember(results, ofChain: digest, snapshot: identity, at: now, end: end)
    }

    /// Tells evidence that says the same of the domain's servers from other evidence: not when it was looked up, nor where the servers are.
    var fingerprint: [UInt8] {
        if let made = knownFingerprint.withLock({ $0 }) { return made }
        let made = SHA256.digest(EncodedEvidence(evidence.withoutCircumstances).body + evidence.tlsaOctets)
        knownFingerprint.withLock { $0 = made }
        return made
    }

    /// The evidence as stored in the journal, and the document that it refers to, if any.
    public var encoded: (evidence: EncodedEvidence, document: EncodedEvidence?) { findings.encoded(evidence, snapshot: identity) }

    /// The certificates of `chain` as stored in the journal.
    func records(of chain: CertificateChain) -> [CertificateRecord] { findings.records(of: chain) }

    /// `inputs` as stored in the journal.
    func encoded(_ inputs: DecisionInputs) -> EncodedEvidence { findings.encoded(inputs) }
}

extension DomainEvidence {
    /// What a leg is measured by, and nothing that each look-up may find different.
    fileprivate var withoutCircumstances: DomainEvidence {
        var evidence = self
        evidence.lookedUpAt = Date(timeIntervalSince1970: 0)
        for index in evidence.hosts.indices {
            evidence.hosts[index].addresses = []
            evidence.hosts[index].ttl = 0
            if case .records = evidence.hosts[index].tlsa { evidence.hosts[index].tlsa = .records([]) }
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

extension DomainEvidence {
    /// The TLSA records of each host in an order of their own, each with its length. There may be many, and numbers in text take long to write.
    fileprivate var tlsaOctets: [UInt8] {
        var octets: [UInt8] = []
        for host in hosts {
            guard case .records(let records) = host.tlsa else { continue }
            let encoded = records.map { [$0.usage, $0.selector, $0.matchingType] + $0.data }
            octets.append(contentsOf: [0, UInt8(truncatingIfNeeded: records.count)])
            for record in encoded.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                octets.append(contentsOf: [1, UInt8(truncatingIfNeeded: record.count >> 8), UInt8(truncatingIfNeeded: record.count)])
                octets.append(contentsOf: record)
            }
        }
        return octets
    }
}
