import Basics
import FoundationEssentials
import MTASTS
import Records

/// The MTA-STS policy cache in the journal's database.
public struct JournalPolicyStore: PolicyStore {
    /// Rows that are read at a time.
    private static let pageSize = 500

    private let journal: Journal
    private let toleratesFailure: @Sendable () -> Bool

    /// The cache in `journal`.
    ///
    /// - Parameter toleratesFailure: what a database that cannot be read means now: that a domain has no cached policy (`on-journal-failure =
    ///   "continue"`), or that it is not known, so that mail waits.
    public init(_ journal: Journal, toleratesFailure: @escaping @Sendable () -> Bool = { false }) {
        self.journal = journal
        self.toleratesFailure = toleratesFailure
    }

    /// See ``PolicyStore/policy(domain:)``.
    public func policy(domain: DomainName) async throws -> CachedPolicy? {
        do {
            guard let row = try await journal.policy(domain: domain) else { return nil }
            // A row that is no policy proves all the same that the domain had one: it must not count as none.
            guard let policy = CachedPolicy(row) else { throw DamagedPolicyError(domain: domain) }
            return policy
        } catch {
            guard toleratesFailure() else { throw error }
            return nil
        }
    }

    /// See ``PolicyStore/save(_:)``.
    public func save(_ policy: CachedPolicy) async throws {
        try await journal.savePolicy(PolicyRow(policy))
    }

    /// See ``PolicyStore/noteChecked(domain:at:error:)``.
    public func noteChecked(domain: DomainName, at time: Date, error: String?) async throws {
        try await journal.notePolicyChecked(domain: domain, at: time, error: error)
    }

    /// See ``PolicyStore/noteUsed(domain:at:)``.
    public func noteUsed(domain: DomainName, at time: Date) async throws {
        try await journal.notePoliciesUsed(domains: [domain], at: time)
    }

    /// See ``PolicyStore/policiesDue(at:after:limit:)``.
    public func policiesDue(at now: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy] {
        var due: [CachedPolicy] = []
        var last = after
        while true {
            let page = try await journal.livePolicies(at: now, after: last, limit: Self.pageSize)
            for row in page {
                let refreshAt = CachedPolicy.refreshAt(domain: row.domain, fetchedAt: row.fetchedAt, maxAge: row.maxAge)
                guard refreshAt <= now || row.fetchedAt > now, let policy = CachedPolicy(row) else { continue }
                due.append(policy)
                if due.count >= limit { return due }
            }
            guard page.count == Self.pageSize, let end = page.last?.domain else { return due }
            last = end
        }
    }

    /// See ``PolicyStore/moveTimes(by:)``.
    public func moveTimes(by seconds: Double) async throws {
        try await journal.movePolicyTimes(by: seconds)
    }
}

/// A row of the policy cache whose text is no policy.
struct DamagedPolicyError: Error, Hashable, CustomStringConvertible {
    let domain: DomainName

    var description: String { "the cached MTA-STS policy of \(domain) is damaged; the next delivery there has it fetched again" }
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
            domain: cached.domain, policyID: cached.id, mode: cached.policy.mode, text: cached.policy.text,
            mx: cached.policy.mx,
            maxAge: cached.policy.maxAge, fetchedAt: cached.fetchedAt, expires: cached.expires, lastChecked: cached.lastChecked,
            lastUsed: cached.lastUsed, sourceAddress: cached.sourceAddress, certificateSHA256: cached.certificateSHA256,
            lastError: cached.lastError)
    }
}
