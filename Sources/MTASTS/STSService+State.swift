import FoundationEssentials

extension STSService {
    /// What a check has found, and for how long it may be answered from memory; nil: not at all.
    struct Outcome {
        let status: STSStatus
        let goodFor: Duration?
    }

    /// What is in memory about one domain. May be forgotten at any time: policies are in the store.
    struct Entry {
        /// The last answer.
        var status: STSStatus?
        /// Until when it needs no new look-up.
        var goodUntil: ContinuousClock.Instant?
        /// A just fetched policy is usable until then, though its max_age be shorter: else each recipient would take a fetch.
        var usableUntil: ContinuousClock.Instant?
        /// A policy that the store could not take.
        var unsaved: CachedPolicy?
        /// After a failed fetch.
        var backOff: BackOff?
        /// When DNS was last asked anew.
        var forcedAt: ContinuousClock.Instant?

        /// A policy may have 64 KiB, and whoever owns a domain has many names below it.
        var cost: Int { 1 + (status?.cached?.policy.text.utf8.count ?? 0) / 1024 }
    }

    /// Everything that changes, under one lock that is never held over I/O.
    struct State: Sendable {
        struct Check {
            let flight: Flight<STSStatus>
            let asksAnew: Bool
        }

        var entries: GenerationalCache<Entry>
        var expiry: ExpiryClock
        var checks: [String: Check] = [:]
        var refreshes: [String: Flight<Void>] = [:]
        var retries: [String: RefreshRetry] = [:]

        /// Least time between two forced checks of a domain.
        static let forcePause: Duration = .seconds(300)

        /// The last answer, if it is good without a look-up.
        mutating func answer(_ domain: String, wall: Date, instant: ContinuousClock.Instant) -> STSStatus? {
            guard let entry = entries[domain], let status = entry.status, let until = entry.goodUntil, instant < until else { return nil }
            if let policy = status.cached, !isLive(policy, entry, wall: wall, instant: instant) { return nil }
            return status
        }

        /// The policy of the last answer, if it has not expired, however old the look-up is.
        mutating func knownPolicy(_ domain: String, wall: Date, instant: ContinuousClock.Instant) -> STSStatus? {
            guard let entry = entries[domain], let status = entry.status, let policy = status.cached,
                isLive(policy, entry, wall: wall, instant: instant)
            else { return nil }
            return status
        }

        /// Has the policy not expired?
        mutating func isLive(_ policy: CachedPolicy, _ entry: Entry?, wall: Date, instant: ContinuousClock.Instant) -> Bool {
            if expiry.now(wall: wall, instant: instant) < policy.expires { return true }
            return entry?.usableUntil.map { instant < $0 } ?? false
        }

        mutating func mayForce(_ domain: String, instant: ContinuousClock.Instant) -> Bool {
            guard let last = entries[domain]?.forcedAt else { return true }
            return instant - last >= Self.forcePause
        }

        mutating func noteForced(_ domain: String, instant: ContinuousClock.Instant) {
            var entry = entries[domain] ?? Entry()
            entry.forcedAt = instant
            entries[domain] = entry
        }
    }
}
