import Basics
import FoundationEssentials

extension STSService {
    /// A policy with its end on the steady clock.
    struct Held {
        var policy: CachedPolicy
        let until: ContinuousClock.Instant

        /// - Parameters:
        ///   - now: the time by which `policy` is stored
        ///   - instant: the same by the steady clock
        init(_ policy: CachedPolicy, now: Date, instant: ContinuousClock.Instant) {
            self.policy = policy
            until = instant + .seconds(policy.expires.timeIntervalSince(now))
        }
    }

    /// What a check has found, and for how long it may be answered from memory; nil: not at all.
    struct Outcome {
        let status: STSStatus
        /// When the policy of the status ends.
        var until: ContinuousClock.Instant?
        let goodFor: Duration?

        /// An answer without a policy.
        init(_ status: STSStatus, goodFor: Duration?) {
            self.status = status
            self.goodFor = goodFor
        }

        /// A policy applies.
        init(_ held: Held, note: STSFailure? = nil, goodFor: Duration?) {
            status = STSStatus(held.policy, note: note)
            until = held.until
            self.goodFor = goodFor
        }
    }

    /// What is in memory about one domain. May be forgotten at any time: policies are in the store.
    struct Entry {
        /// The last answer.
        var status: STSStatus?
        /// When the policy in it ends.
        var policyUntil: ContinuousClock.Instant?
        /// Until when it needs no new look-up.
        var goodUntil: ContinuousClock.Instant?
        /// A just fetched policy is usable until then, though its max_age be shorter: else each recipient would take a fetch.
        var usableUntil: ContinuousClock.Instant?
        /// A policy that the store could not take.
        var unsaved: Held?
        /// After a failed fetch.
        var backOff: BackOff?
        /// When DNS was last asked anew.
        var forcedAt: ContinuousClock.Instant?
        /// Since when it is sought after what the domain's policy is; nil when that is known.
        var soughtSince: ContinuousClock.Instant?
        /// The store holds no policy that is in force. Unless it said so, there may be one, which must not be overlooked.
        var isStoreWithout = false

        /// The policy in it has not expired.
        func isPolicyLive(at instant: ContinuousClock.Instant) -> Bool {
            [policyUntil, usableUntil].contains { $0.map { instant < $0 } ?? false }
        }

        /// How long it is kept without a change, at the most.
        static let lifetime: Duration = .seconds(86_400)

        /// What it owns on the heap, about.
        var octets: Int {
            // With the texts of failures.
            [status?.cached, unsaved?.policy].compactMap { $0 }.reduce(700) { $0 + $1.octets }
        }
    }

    /// Everything that changes, under one lock that is never held over I/O.
    struct State: Sendable {
        var entries: BoundedCache<DomainName, Entry, ContinuousClock.Instant>
        var expiry: ExpiryClock
        var checks = SingleFlight<DomainName, STSStatus>()
        /// Those of the checks that ask DNS past its cache.
        var askingAnew: Set<DomainName> = []
        var refreshes = SingleFlight<DomainName, Void>()
        /// Stored policies are being moved along with the wall clock; it has one key.
        var settling = SingleFlight<Bool, Bool>()
        var retries: [DomainName: RefreshRetry] = [:]
        /// When it was last said that a fetch was not made.
        var saidNotMade: ContinuousClock.Instant?

        /// How long mail may wait for a policy that nobody has seen yet.
        static let longestWait: Duration = .seconds(900)

        /// What is to be said of a domain whose check has not ended, or ended without a result.
        ///
        /// RFC 8461 3.3: a policy that cannot be had is as none, and is to be sought on. So mail waits for a first result, and for 15 minutes at
        /// most; a policy host that hangs must not hold it up for longer than one that refuses.
        mutating func fallback(_ domain: DomainName, instant: ContinuousClock.Instant) -> STSStatus {
            if let known = knownPolicy(domain, instant: instant) { return known }
            guard let entry = entries.value(for: domain, now: instant), entry.isStoreWithout else { return .pending }
            if let last = entry.status, last.isFailedLookup { return last }
            guard let since = entry.soughtSince, instant - since >= Self.longestWait else { return .pending }
            return .none(.fetchFailed(STSFailure(.fetchError, "no answer within \(Self.longestWait.components.seconds / 60) minutes")))
        }

        /// Least time between two forced checks of a domain.
        static let forcePause: Duration = .seconds(300)

        /// The last answer, if it is good without a look-up.
        mutating func answer(_ domain: DomainName, instant: ContinuousClock.Instant) -> STSStatus? {
            guard let entry = entries.value(for: domain, now: instant), let status = entry.status, let until = entry.goodUntil,
                instant < until
            else { return nil }
            return status.cached == nil || entry.isPolicyLive(at: instant) ? status : nil
        }

        /// The policy of the last answer, if it has not expired, however old the look-up is.
        mutating func knownPolicy(_ domain: DomainName, instant: ContinuousClock.Instant) -> STSStatus? {
            guard let entry = entries.value(for: domain, now: instant), let status = entry.status, status.cached != nil,
                entry.isPolicyLive(at: instant)
            else { return nil }
            return status
        }

        /// Changes what is in memory about a domain, or begins it.
        mutating func update(_ domain: DomainName, instant: ContinuousClock.Instant, _ change: (inout Entry) -> Void) {
            var entry = entries.value(for: domain, now: instant) ?? Entry()
            change(&entry)
            entries.store(
                entry, for: domain, until: instant + Entry.lifetime, octets: domain.text.utf8.count + entry.octets, now: instant)
        }

        /// A check of the domain begins.
        mutating func noteSought(_ domain: DomainName, instant: ContinuousClock.Instant) {
            update(domain, instant: instant) { $0.soughtSince = $0.soughtSince ?? instant }
        }

        mutating func mayForce(_ domain: DomainName, instant: ContinuousClock.Instant) -> Bool {
            guard let last = entries.value(for: domain, now: instant)?.forcedAt else { return true }
            return instant - last >= Self.forcePause
        }

        mutating func noteForced(_ domain: DomainName, instant: ContinuousClock.Instant) {
            update(domain, instant: instant) { $0.forcedAt = instant }
        }
    }
}
