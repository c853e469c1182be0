import Basics
import DNS
import FoundationEssentials
import Logging

/// A policy that could not be fetched again.
struct RefreshRetry {
    var failures = 0
    var notBefore: ContinuousClock.Instant
    /// It was said that little of its life is left.
    var warnedOfExpiry = false

    /// The back-off of fetches, but at least three more tries before the policy expires, as far as a minute between them allows.
    static func pause(failures: Int, remaining: Double) -> Duration {
        min(BackOff.pause(failures: failures), max(.seconds(60), .seconds(max(0, remaining) / 4)))
    }
}

extension STSService {
    /// Most failing policies remembered; past it the memory is cleared, which costs some early retries and repeated warnings.
    private static let mostRetries = 100_000

    /// Fetches policies again ahead of their expiry, until the task is cancelled (RFC 8461 3.3, 10.2). The daemon runs it once.
    public func run() async {
        while !Task.isCancelled {
            await refreshDue()
            guard (try? await clock.sleep(until: clock.instant + settings.refreshPause)) != nil else { return }
        }
    }

    /// Fetches the domain's cached policy again now, whatever its id; nil if it has none. `failure` is why it could not be had.
    public func refresh(domain: DomainName) async -> (policy: CachedPolicy, failure: STSFailure?)? {
        guard domain.isPolicyDomain else { return nil }
        guard let row = await storedPolicy(domain, isUse: false).held?.policy else { return nil }
        let failure = await refresh(row)
        guard let after = await storedPolicy(domain, isUse: false).held?.policy else { return nil }
        return (after, failure)
    }

    /// One pass over what is due.
    func refreshDue() async {
        var last: DomainName?
        while !Task.isCancelled {
            let page: [CachedPolicy]
            do {
                page = try await store.policiesDue(at: try await settledNow().now, after: last, limit: 100)
            } catch {
                logger.error("MTA-STS: the policy store fails", metadata: ["error": "\(error)"])
                return
            }
            guard let end = page.last?.domain else { return }
            last = end
            let due = page.filter(mayRefresh)
            await withTaskGroup(of: Void.self) { group in
                for (index, row) in due.enumerated() {
                    if index >= settings.refreshFetches { await group.next() }
                    group.addTask { _ = await self.refresh(row) }
                }
            }
        }
    }

    private func mayRefresh(_ row: CachedPolicy) -> Bool {
        let (now, instant) = now()
        guard row.isInUse(at: now) else { return false }
        return state.withLock { state in
            state.retries[row.domain].map { $0.notBefore <= instant } ?? true
        }
    }

    /// Fetches one policy again; never while a check of the domain runs, so that no old text is stored under a new id.
    private func refresh(_ row: CachedPolicy) async -> STSFailure? {
        while let end = startRefresh(row.domain) {
            await end()
            if Task.isCancelled { return nil }
        }
        defer { state.withLock { $0.refreshes.land(row.domain) }?.land(()) }
        let current = await storedPolicy(row.domain, isUse: false).held?.policy ?? row
        guard current.fetchedAt <= row.fetchedAt else { return nil }  // a check has just fetched it
        switch await fetch(row.domain, id: await announcedID(row.domain) ?? current.id, lastUsed: current.lastUsed) {
        case .success(let held):
            let instant = clock.instant
            state.withLock { state in
                guard state.entries.value(for: row.domain, now: instant)?.status?.cached != nil else { return }
                state.update(row.domain, instant: instant) { entry in
                    entry.status = STSStatus(held.policy)
                    entry.policyUntil = held.until
                }
            }
            return nil
        case .failure(.notMade(let cause)):
            return STSFailure(.fetchError, cause)  // it says nothing of the policy host; the next pass tries again
        case .failure(.failed(let failure)):
            await noteFailure(row.domain, failure)
            retryLater(current, failure)
            return failure
        }
    }

    /// Registers a refresh, unless something else is under way for the domain: then its end is to be waited for.
    private func startRefresh(_ domain: DomainName) -> (@Sendable () async -> Void)? {
        state.withLock { [clock] state in
            if let check = state.checks[domain] { return { _ = await check.value(until: nil, clock: clock) } }
            guard case .join(let refresh) = state.refreshes.admit(domain, limit: .max) else { return nil }
            return { _ = await refresh.value(until: nil, clock: clock) }
        }
    }

    /// The id in DNS, to be stored with the policy; nil if DNS has none now.
    private func announcedID(_ domain: DomainName) async -> String? {
        guard let name = domain.stsRecordName, let answer = try? await resolver.txt(name, refresh: false),
            case .record(let record) = STSRecord.select(from: answer.records)
        else { return nil }
        return record.id
    }

    private func retryLater(_ row: CachedPolicy, _ failure: STSFailure) {
        let (now, instant) = now()
        let (isFirst, isExpiring) = state.withLock { state in
            let remaining = row.expires.timeIntervalSince(now)
            if state.retries.count >= Self.mostRetries { state.retries = [:] }
            var retry = state.retries[row.domain] ?? RefreshRetry(notBefore: instant)
            retry.failures += 1
            retry.notBefore = instant + RefreshRetry.pause(failures: retry.failures, remaining: remaining)
            let isExpiring = remaining < Double(row.policy.maxAge) / 4 && !retry.warnedOfExpiry
            if isExpiring { retry.warnedOfExpiry = true }
            state.retries[row.domain] = retry
            return (retry.failures == 1, isExpiring)
        }
        // RFC 8461 3.3: alert administrators, but not about a policy that asks for nothing.
        let isNone = row.policy.mode == .none
        let level: Logger.Level = isNone ? .debug : isExpiring ? .error : isFirst ? .warning : .debug
        let message = isExpiring ? "cached policy expires soon and cannot be refreshed" : "policy could not be refreshed"
        logger.log(
            level: level, "MTA-STS: \(message)",
            metadata: ["domain": "\(row.domain)", "failure": "\(failure)", "expires": "\(row.expires)"])
    }
}
