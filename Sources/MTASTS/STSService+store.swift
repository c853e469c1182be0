import Basics
import FoundationEssentials
import Logging

extension STSService {
    /// The wall clock leapt again and again while the store was asked.
    private struct RestlessClock: Error {}

    /// The time now by which policies are stored, after what is stored was moved along with a wall clock that has leapt.
    ///
    /// - Returns: the time, when that was, and the number of leaps so far.
    /// - Throws: when the store cannot be written; what it says then cannot be judged.
    func settledNow() async throws -> (now: Date, instant: ContinuousClock.Instant, leaps: Int) {
        for _ in 0..<3 {
            let (wall, instant) = (clock.wall, clock.instant)
            let (now, leaps, seconds, admission) = state.withLock { state in
                let now = state.expiry.now(wall: wall, instant: instant)
                let seconds = state.expiry.unsettled
                return (now, state.expiry.leaps, seconds, seconds == 0 ? nil : state.settling.admit(true, limit: .max))
            }
            switch admission {
            case nil:
                return (now, instant, leaps)
            case .start:
                var failure: (any Error)?
                do {
                    try await store.moveTimes(by: seconds)
                    logger.warning(
                        "MTA-STS: the wall clock was set; cached policies live as long as before", metadata: ["seconds": "\(seconds)"])
                } catch {
                    failure = error
                }
                let flight = state.withLock { [isMoved = failure == nil] state in
                    if isMoved { state.expiry.settle(seconds) }
                    return state.settling.land(true)
                }
                flight?.land(failure == nil)
                if let failure { throw failure }
            case .join(let flight):
                _ = await flight.value(until: nil, clock: clock)
            case .full:
                break
            }
        }
        throw RestlessClock()
    }

    /// The domain's row. `isUse`: a delivery asks, which is noted once a day.
    func storedPolicy(_ domain: DomainName, isUse: Bool) async -> Stored {
        do {
            for _ in 0..<3 {
                let (now, instant, leaps) = try await settledNow()
                if let unsaved = state.withLock({ $0.entries.value(for: domain, now: instant)?.unsaved }) {
                    await save(unsaved)
                    return Stored(held: unsaved)
                }
                let row = try await store.policy(domain: domain)
                // Moved or not: after another leap nobody can tell.
                let (wall, after) = (clock.wall, clock.instant)
                let isSettled = state.withLock { state in
                    _ = state.expiry.now(wall: wall, instant: after)
                    return state.expiry.leaps == leaps
                }
                if isSettled { return try await held(row, now: now, instant: instant, isUse: isUse) }
            }
            throw RestlessClock()
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(domain)", "error": "\(error)"])
            return Stored(isUnknown: true)
        }
    }

    /// A row as it was at `now`, `instant` by the steady clock.
    private func held(_ row: CachedPolicy?, now: Date, instant: ContinuousClock.Instant, isUse: Bool) async throws -> Stored {
        guard var row else { return Stored() }
        if row.fetchedAt.timeIntervalSince(now) > ExpiryClock.tolerance {
            // The clock was ahead before a restart, or is behind since: the policy must not live longer than its max_age from here.
            row.fetchedAt = now
            row.expires = now.addingTimeInterval(Double(row.policy.maxAge))
            await save(Held(row, now: now, instant: instant))
        }
        if isUse, now.timeIntervalSince(row.lastUsed) > 86_400 {
            try await store.noteUsed(domain: row.domain, at: now)
            row.lastUsed = now
        }
        return Stored(held: Held(row, now: now, instant: instant))
    }

    /// The policy if it has not expired.
    func liveOrNil(_ held: Held?) -> Held? {
        let instant = clock.instant
        guard let held else { return nil }
        if instant < held.until { return held }
        let usableUntil = state.withLock { $0.entries.value(for: held.policy.domain, now: instant)?.usableUntil }
        return usableUntil.map { instant < $0 } ?? false ? held : nil
    }

    /// Fetches the policy and keeps it under this id.
    func fetch(_ domain: DomainName, id: String, lastUsed: Date) async -> Result<Held, FetchError> {
        let fetched: FetchedPolicy
        do throws(FetchError) {
            fetched = try await fetcher.fetch(domain: domain)
        } catch {
            if case .notMade(let cause) = error { noteNotMade(domain, cause) }
            return .failure(error)
        }
        let (now, instant) = now()
        let held = Held(CachedPolicy(domain: domain, id: id, fetched: fetched, now: now, lastUsed: lastUsed), now: now, instant: instant)
        state.withLock { state in
            state.update(domain, instant: instant) { entry in
                entry.backOff = nil
                entry.usableUntil = instant + BackOff.shortest
            }
            state.retries[domain] = nil
        }
        await save(held)
        logger.info(
            "MTA-STS: policy fetched",
            metadata: [
                "domain": "\(domain)", "id": "\(id)", "mode": "\(fetched.policy.mode.rawValue)", "max_age": "\(fetched.policy.maxAge)",
            ])
        return .success(held)
    }

    /// The time now by which policies are stored, and by the steady clock.
    func now() -> (Date, ContinuousClock.Instant) {
        let (wall, instant) = (clock.wall, clock.instant)
        return (state.withLock { $0.expiry.now(wall: wall, instant: instant) }, instant)
    }

    /// A policy that the store cannot take is kept in memory, to be saved with the next check.
    func save(_ held: Held) async {
        var policy = held.policy
        var unsaved: Held?
        do {
            // The clock may have leapt since the times in it were noted.
            let (now, instant, _) = try await settledNow()
            policy.expires = now.addingTimeInterval((held.until - instant).inSeconds)
            policy.fetchedAt = policy.expires.addingTimeInterval(-Double(policy.policy.maxAge))
            try await store.save(policy)
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(policy.domain)", "error": "\(error)"])
            unsaved = held
        }
        let instant = clock.instant
        state.withLock { [unsaved] state in
            guard unsaved != nil || state.entries.value(for: policy.domain, now: instant) != nil else { return }
            state.update(policy.domain, instant: instant) { $0.unsaved = unsaved }
        }
    }

    /// Says, at most once a minute, that fetches are not made for a reason of our own.
    private func noteNotMade(_ domain: DomainName, _ cause: String) {
        let instant = clock.instant
        let isSaid = state.withLock { state in
            if let last = state.saidNotMade, instant - last < .seconds(60) { return true }
            state.saidNotMade = instant
            return false
        }
        logger.log(
            level: isSaid ? .debug : .warning, "MTA-STS: policy not fetched, through no fault of its host",
            metadata: ["domain": "\(domain)", "cause": "\(cause)"])
    }

    /// Notes at most every hour that DNS confirmed the policy.
    func noteChecked(_ row: CachedPolicy) async {
        let now = now().0
        guard abs(now.timeIntervalSince(row.lastChecked)) > 3600 else { return }
        await note(row.domain, at: now, error: nil)
    }

    /// Notes that a fetch failed.
    func noteFailure(_ domain: DomainName, _ failure: STSFailure) async {
        await note(domain, at: now().0, error: failure.description)
    }

    private func note(_ domain: DomainName, at time: Date, error text: String?) async {
        do {
            try await store.noteChecked(domain: domain, at: time, error: text)
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(domain)", "error": "\(error)"])
        }
    }
}
