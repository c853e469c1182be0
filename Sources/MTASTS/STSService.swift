public import Basics
public import DNS
import FoundationEssentials
public import Logging
import Synchronization

/// Says which MTA-STS policy applies to a domain: TXT look-up, cache, fetch, back-off, refresh (RFC 8461 3, 5.1, 10.2).
///
/// A cached policy holds until its expiry whatever DNS and HTTPS say; only a successful fetch replaces it. For each domain one check runs at
/// a time, however many ask; a check outlives callers that stop waiting. The daemon also runs `run()`, which fetches policies again ahead of
/// expiry.
public final class STSService: Sendable {
    let settings: STSSettings
    let resolver: any Resolver
    let store: any PolicyStore
    let fetcher: any PolicyFetching
    let clock: any STSClock
    let logger: Logger
    let state: Mutex<State>

    /// A service with nothing in memory; the store supplies what earlier ones have learnt.
    public init(
        settings: STSSettings = STSSettings(), resolver: any Resolver, store: any PolicyStore, fetcher: any PolicyFetching,
        clock: any STSClock = SystemSTSClock(), logger: Logger
    ) {
        self.settings = settings
        self.resolver = resolver
        self.store = store
        self.fetcher = fetcher
        self.clock = clock
        self.logger = logger
        state = Mutex(
            State(
                entries: BoundedCache(capacity: settings.cacheEntries, octetLimit: settings.cacheOctets),
                expiry: ExpiryClock(clock)))
    }

    /// The answer that is in memory and still good; nil if it takes a look-up. Neither waits nor does I/O.
    ///
    /// - Parameter domain: the recipient's domain.
    public func cachedStatus(domain: DomainName) -> STSStatus? {
        guard domain.isPolicyDomain else { return STSStatus.none(.notADomain) }
        let instant = clock.instant
        return state.withLock { $0.answer(domain, instant: instant) }
    }

    /// The status of a recipient domain, by its cached policy and its TXT record now.
    ///
    /// - Parameters:
    ///   - domain: the recipient's domain. No CNAME of it is followed, no parent asked (RFC 8461 3.1, 3.4).
    ///   - deadline: when to stop waiting. Then the answer is the cached policy if there is one, else the failure that was the last result, else
    ///     `pending`, for 15 minutes; the check goes on and a later call finds its result.
    ///   - forceIDCheck: ask DNS anew, past its cache, whether the policy has changed (RFC 8461 5): for when a host fails the cached
    ///     policy. At most every 5 minutes for a domain, otherwise as without.
    public func status(domain: DomainName, deadline: ContinuousClock.Instant, forceIDCheck: Bool = false) async -> STSStatus {
        guard domain.isPolicyDomain else { return .none(.notADomain) }
        while true {
            switch begin(domain, forced: forceIDCheck) {
            case .answer(let status):
                return status
            case .wait(let flight, let isEnough):
                guard let status = await flight.value(until: deadline, clock: clock) else { return fallback(domain) }
                if isEnough { return status == .pending ? fallback(domain) : status }
            case .full:
                let known = fallback(domain)
                guard known == .pending, let live = liveOrNil(await storedPolicy(domain, isUse: false).held) else { return known }
                // A flood of other domains does not hold up one whose policy is at hand.
                return STSStatus(live.policy)
            }
        }
    }

    /// Forgets what is in memory about the domain, after its row in the store was changed or removed from outside.
    public func forget(domain: DomainName) {
        state.withLock { $0.entries.remove(domain) }
    }

    private enum Beginning {
        case answer(STSStatus)
        /// A check is under way; is its result enough, or must it be followed by one that asks DNS anew?
        case wait(Flight<STSStatus>, isEnough: Bool)
        case full
    }

    private func begin(_ domain: DomainName, forced: Bool) -> Beginning {
        let instant = clock.instant
        let (beginning, isNew, asksAnew) = state.withLock { state -> (Beginning, Bool, Bool) in
            let asksAnew = forced && state.mayForce(domain, instant: instant)
            if let check = state.checks[domain] {
                return (.wait(check, isEnough: !asksAnew || state.askingAnew.contains(domain)), false, false)
            }
            if !asksAnew, let status = state.answer(domain, instant: instant) { return (.answer(status), false, false) }
            guard case .start(let check) = state.checks.admit(domain, limit: settings.mostChecks) else { return (.full, false, false) }
            state.noteSought(domain, instant: instant)
            if asksAnew {
                state.askingAnew.insert(domain)
                state.noteForced(domain, instant: instant)
            }
            return (.wait(check, isEnough: true), true, asksAnew)
        }
        if isNew {
            Task.detached { [self] in
                let outcome = await check(domain, asksAnew: asksAnew)
                finish(domain, outcome)
            }
        }
        return beginning
    }

    private func finish(_ domain: DomainName, _ outcome: Outcome) {
        let instant = clock.instant
        let flight = state.withLock { state in
            state.update(domain, instant: instant) { entry in
                entry.status = outcome.status
                entry.policyUntil = outcome.until
                entry.goodUntil = outcome.goodFor.map { instant + $0 }
                if outcome.status != .pending { entry.soughtSince = nil }
            }
            state.askingAnew.remove(domain)
            return state.checks.land(domain)
        }
        flight?.land(outcome.status)
    }

    /// What can be said without waiting any longer.
    private func fallback(_ domain: DomainName) -> STSStatus {
        let instant = clock.instant
        return state.withLock { $0.fallback(domain, instant: instant) }
    }
}
