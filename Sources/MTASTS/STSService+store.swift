import Basics
import FoundationEssentials

extension STSService {
    /// The domain's row. `isUse`: a delivery asks, which is noted once a day.
    func storedPolicy(_ domain: DomainName, isUse: Bool) async -> Stored {
        let (now, instant) = (clock.wall, clock.instant)
        do {
            if let unsaved = state.withLock({ $0.entries.value(for: domain, now: instant)?.unsaved }) {
                await save(unsaved)
                return Stored(row: unsaved)
            }
            guard var row = try await store.policy(domain: domain) else { return Stored() }
            if row.fetchedAt.timeIntervalSince(now) > ExpiryClock.tolerance {
                // The clock was ahead then, or is behind now: the policy must not live longer than its max_age from here.
                row.fetchedAt = now
                row.expires = now.addingTimeInterval(Double(row.policy.maxAge))
                await save(row)
            }
            if isUse, now.timeIntervalSince(row.lastUsed) > 86_400 {
                try await store.noteUsed(domain: domain, at: now)
                row.lastUsed = now
            }
            return Stored(row: row)
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(domain)", "error": "\(error)"])
            return Stored(isUnknown: true)
        }
    }

    /// The row if it has not expired.
    func liveOrNil(_ row: CachedPolicy?) -> CachedPolicy? {
        let (wall, instant) = (clock.wall, clock.instant)
        return state.withLock { state in
            guard let row, state.isLive(row, state.entries.value(for: row.domain, now: instant), wall: wall, instant: instant) else {
                return nil
            }
            return row
        }
    }

    /// Fetches the policy and keeps it under this id.
    func fetch(_ domain: DomainName, id: String, lastUsed: Date) async -> Result<CachedPolicy, STSFailure> {
        let fetched: FetchedPolicy
        do throws(FetchError) {
            fetched = try await fetcher.fetch(domain: domain)
        } catch {
            return .failure(error)
        }
        let policy = CachedPolicy(domain: domain, id: id, fetched: fetched, now: clock.wall, lastUsed: lastUsed)
        let instant = clock.instant
        state.withLock { state in
            state.update(domain, instant: instant) { entry in
                entry.backOff = nil
                entry.usableUntil = instant + BackOff.shortest
            }
            state.retries[domain] = nil
        }
        await save(policy)
        logger.info(
            "MTA-STS: policy fetched",
            metadata: [
                "domain": "\(domain)", "id": "\(id)", "mode": "\(policy.policy.mode.rawValue)", "max_age": "\(policy.policy.maxAge)",
            ])
        return .success(policy)
    }

    /// A policy that the store cannot take is kept in memory, to be saved with the next check.
    func save(_ policy: CachedPolicy) async {
        var unsaved: CachedPolicy?
        do {
            try await store.save(policy)
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(policy.domain)", "error": "\(error)"])
            unsaved = policy
        }
        let instant = clock.instant
        state.withLock { [unsaved] state in
            guard unsaved != nil || state.entries.value(for: policy.domain, now: instant) != nil else { return }
            state.update(policy.domain, instant: instant) { $0.unsaved = unsaved }
        }
    }

    /// Notes at most every hour that DNS confirmed the policy.
    func noteChecked(_ row: CachedPolicy) async {
        let now = clock.wall
        guard abs(now.timeIntervalSince(row.lastChecked)) > 3600 else { return }
        await note(row.domain, at: now, error: nil)
    }

    /// Notes that a fetch failed.
    func noteFailure(_ domain: DomainName, _ failure: STSFailure) async {
        await note(domain, at: clock.wall, error: failure.description)
    }

    private func note(_ domain: DomainName, at time: Date, error text: String?) async {
        do {
            try await store.noteChecked(domain: domain, at: time, error: text)
        } catch {
            logger.error("MTA-STS: the policy store fails", metadata: ["domain": "\(domain)", "error": "\(error)"])
        }
    }
}
