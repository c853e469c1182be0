package import Basics
package import FoundationEssentials
package import MTASTS
import Synchronization

/// A policy store without a disk.
package final class MemoryPolicyStore: PolicyStore {
    private struct Broken: Error {}

    private let rows: Mutex<[DomainName: CachedPolicy]>
    private let broken = Mutex(false)

    /// A store that holds these policies.
    package init(_ policies: CachedPolicy...) {
        rows = Mutex(Dictionary(policies.map { ($0.domain, $0) }, uniquingKeysWith: { _, last in last }))
    }

    /// What it holds.
    package var policies: [CachedPolicy] { rows.withLock { Array($0.values) } }
    /// What it holds of a domain.
    package subscript(domain: DomainName) -> CachedPolicy? { rows.withLock { $0[domain] } }

    /// From now on nothing can be read or written, or it can again.
    package func set(isBroken: Bool) { broken.withLock { $0 = isBroken } }

    private func use() throws {
        if broken.withLock({ $0 }) { throw Broken() }
    }

    package func policy(domain: DomainName) async throws -> CachedPolicy? {
        try use()
        return self[domain]
    }

    package func save(_ policy: CachedPolicy) async throws {
        try use()
        rows.withLock { $0[policy.domain] = policy }
    }

    package func noteChecked(domain: DomainName, at time: Date, error: String?) async throws {
        try use()
        rows.withLock { rows in
            rows[domain]?.lastChecked = time
            if let error { rows[domain]?.lastError = error }
        }
    }

    package func noteUsed(domain: DomainName, at time: Date) async throws {
        try use()
        rows.withLock { $0[domain]?.lastUsed = time }
    }

    package func policiesDue(at now: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy] {
        try use()
        let due = policies.filter { $0.expires > now && ($0.refreshAt <= now || $0.fetchedAt > now) }
        return Array(due.filter { row in after.map { row.domain > $0 } ?? true }.sorted { $0.domain < $1.domain }.prefix(limit))
    }

    package func moveTimes(by seconds: Double) async throws {
        try use()
        rows.withLock { rows in
            for domain in rows.keys {
                rows[domain]?.fetchedAt.addTimeInterval(seconds)
                rows[domain]?.expires.addTimeInterval(seconds)
                rows[domain]?.lastChecked.addTimeInterval(seconds)
                rows[domain]?.lastUsed.addTimeInterval(seconds)
            }
        }
    }
}
