import FoundationEssentials
import Journal
import MTASTS

/// The MTA-STS policy cache in the journal's database.
public struct JournalPolicyStore: PolicyStore {
    private let journal: Journal

    /// The cache in `journal`.
    public init(_ journal: Journal) {
        self.journal = journal
    }

    public func policy(domain: String) async throws -> CachedPolicy? {
        try await journal.policy(domain: domain).flatMap(CachedPolicy.init)
    }

    public func save(_ policy: CachedPolicy) async throws {
        try await journal.savePolicy(PolicyRow(policy))
    }

    public func noteChecked(domain: String, at time: Date, error: String?) async throws {
        try await journal.notePolicyChecked(domain: domain, at: time, error: error)
    }

    public func noteUsed(domain: String, at time: Date) async throws {
        try await journal.notePoliciesUsed(domains: [domain], at: time)
    }

    public func policiesDue(at now: Date, expiringAfter: Date, after: String?, limit: Int) async throws -> [CachedPolicy] {
        let due = try await journal.livePolicies(at: expiringAfter).compactMap(CachedPolicy.init).filter { policy in
            (policy.refreshAt <= now || policy.fetchedAt > now) && after.map { policy.domain > $0 } ?? true
        }
        return Array(due.sorted { $0.domain < $1.domain }.prefix(limit))
    }
}

extension CachedPolicy {
    /// The policy in a row of the journal; nil when its text is none, which only a damaged database brings about.
    public init?(_ row: PolicyRow) {
        guard let policy = try? STSPolicy.parse(Array(row.text.utf8)) else { return nil }
        self.init(
            domain: row.domain, id: row.policyID,
            fetched: FetchedPolicy(policy: policy, sourceAddress: row.sourceAddress, certificateSHA256: row.certificateSHA256),
            now: row.fetchedAt, lastUsed: row.lastUsed ?? row.fetchedAt)
        expires = row.expires
        lastChecked = row.lastChecked
        lastError = row.lastError
    }
}

extension PolicyRow {
    /// The row for a policy.
    public init(_ cached: CachedPolicy) {
        self.init(
            domain: cached.domain, policyID: cached.id, mode: cached.policy.mode.rawValue, text: cached.policy.text, mx: cached.policy.mx,
            maxAge: cached.policy.maxAge, fetchedAt: cached.fetchedAt, expires: cached.expires, lastChecked: cached.lastChecked,
            lastUsed: cached.lastUsed, sourceAddress: cached.sourceAddress, certificateSHA256: cached.certificateSHA256,
            lastError: cached.lastError)
    }
}

/// The policy cache as it is on disk, for one who may look but not write.
public struct ReadOnlyPolicyStore: PolicyStore {
    private let reader: JournalReader?

    /// The cache that `reader` reads; an empty one for nil.
    public init(reader: JournalReader?) {
        self.reader = reader
    }

    public func policy(domain: String) async throws -> CachedPolicy? {
        try await reader?.policy(domain).flatMap(CachedPolicy.init)
    }

    public func policiesDue(at now: Date, expiringAfter: Date, after: String?, limit: Int) async throws -> [CachedPolicy] { [] }

    // What is learnt is the asker's alone.
    public func save(_ policy: CachedPolicy) async throws {}
    public func noteChecked(domain: String, at time: Date, error: String?) async throws {}
    public func noteUsed(domain: String, at time: Date) async throws {}
}
