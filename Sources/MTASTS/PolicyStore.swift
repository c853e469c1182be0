public import Basics
public import FoundationEssentials

/// Where policies outlive the process; the policy service's only durable memory.
///
/// A function that throws means "unknown": the service answers `pending` rather than risk to overlook a policy.
public protocol PolicyStore: Sendable {
    /// The last policy of the domain, expired or not; nil if there never was one. Expired rows are worth keeping for some weeks: they are
    /// the proof that the domain has used MTA-STS. Unexpired ones must not be dropped for space.
    func policy(domain: DomainName) async throws -> CachedPolicy?

    /// Adds or replaces the domain's policy.
    func save(_ policy: CachedPolicy) async throws

    /// Sets `lastChecked` and, unless `error` is nil, `lastError` of the domain's policy, if there is one.
    func noteChecked(domain: DomainName, at time: Date, error: String?) async throws

    /// Sets `lastUsed` of the domain's policy, if there is one.
    func noteUsed(domain: DomainName, at time: Date) async throws

    /// Policies to fetch again: those with `expires > now`, and `refreshAt <= now` or (when the clock was put back between two processes)
    /// `fetchedAt > now`. The first `limit` of them in order of domain, after the domain `after`.
    func policiesDue(at now: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy]

    /// Moves all times of all policies by so many seconds, because the wall clock was set forward by as much (or back, if negative).
    func moveTimes(by seconds: Double) async throws
}
