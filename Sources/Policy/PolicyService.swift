import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS
import Records
import Synchronization
import TLS

import class NIOPosix.NIOThreadPool

/// Finds the evidence about recipients' domains and decides by it.
///
/// Look-ups about one domain are made once however many sessions wait for them; what is known is answered without leaving the caller's thread.
public final class PolicyService: Sendable {
    struct Key: Hashable, Sendable {
        /// The policy domain, or the host of the route.
        var domain: DomainName
        var port: Int
        var route: RoutePolicy?
        /// Whether TLSA records are not asked for while the MX records are insecure (`insecure-mx = "off"`).
        var ignoresInsecureMX = false
    }

    /// Look-ups about a domain, made once however many wait for them.
    struct Lookup: Hashable, Sendable {
        var key: Key
        /// What is asked for past all caches.
        var refresh: Refresh?
    }

    struct State {
        var settings: PolicySettings
        var trust: TrustStore
        var overrides: [DomainName: DecisionSettings.Override] = [:]
        var snapshots: BoundedCache<Key, Snapshot, ContinuousClock.Instant>
        var lookups = SingleFlight<Lookup, Snapshot>()
        /// Look-ups begun so far.
        var begun = 0

        init(settings: PolicySettings, trust: TrustStore) {
            self.settings = settings
            self.trust = trust
            snapshots = Self.snapshots(settings)
        }

        /// Room for what the settings allow.
        static func snapshots(_ settings: PolicySettings) -> BoundedCache<Key, Snapshot, ContinuousClock.Instant> {
            BoundedCache(capacity: settings.capacity, octetLimit: settings.capacity * PolicyService.snapshotOctets)
        }
    }

    /// How long a domain counts as known after it was looked up, though its evidence is old by then.
    private static let snapshotLifetime: Duration = .seconds(7 * 86_400)
    /// Octets of a snapshot on the average, as far as the bound of all goes.
    fileprivate static let snapshotOctets = 4096

    let resolver: any Resolver
    let sts: STSService
    let threads: NIOThreadPool
    /// The time of day: for certificates, the operator's dates and what is recorded.
    let now: @Sendable () -> Date
    /// What everything in memory ages by.
    let clock: any SteadyClock
    let memory: AddressMemory
    let failedLegs: FailedLegs
    let freshHosts = FreshHosts()
    let findings = Findings()
    let state: Mutex<State>

    /// A service that asks `resolver` and `sts`, trusts `trust`, and checks certificates on `threads`.
    public init(
        settings: PolicySettings, resolver: any Resolver, sts: STSService, trust: TrustStore, threads: NIOThreadPool,
        now: @escaping @Sendable () -> Date = { Date() }, clock: any SteadyClock = SystemSteadyClock()
    ) {
        self.resolver = resolver
        self.sts = sts
        self.threads = threads
        self.now = now
        self.clock = clock
        memory = AddressMemory(capacity: settings.capacity)
        failedLegs = FailedLegs(capacity: settings.capacity)
        state = Mutex(State(settings: settings, trust: trust))
    }

    /// Now, on both clocks.
    func moment() -> Moment { Moment(wall: now(), steady: clock.instant) }

    /// The roots that chains are checked against now.
    var trust: TrustStore { state.withLock { $0.trust } }

    /// Takes new settings; requests that bring none of their own follow them from now on.
    public func reconfigure(_ settings: PolicySettings) {
        state.withLock { $0.settings = settings }
    }

    /// Trusts other roots; what chains were found to prove under the old ones is forgotten.
    public func reconfigure(trust: TrustStore) {
        state.withLock { state in
            state.trust = trust
            state.snapshots = State.snapshots(state.settings)
        }
    }

    /// Takes the overrides in force, in place of those it had; decisions made from now on follow them.
    public func setOverrides(_ overrides: [OverrideRow]) {
        let byDomain = Dictionary(
            overrides.map { ($0.domain, DecisionSettings.Override(kind: $0.kind, until: $0.until, reason: $0.reason)) },
            uniquingKeysWith: { _, last in last })
        state.withLock { $0.overrides = byDomain }
    }

    /// How many domains are exempted at `time`.
    public func overrideCount(at time: Date) -> Int {
        state.withLock { state in state.overrides.values.count { $0.isInForce(at: time) } }
    }

    /// The settings for `domain` and a client, with the operator's exemption of the domain.
    public func settings(for domain: DomainName?, client: IPAddress? = nil) -> DecisionSettings {
        settings(for: domain, client: client, under: nil)
    }

    /// - Parameter own: the settings to go by in place of the service's.
    func settings(for domain: DomainName?, client: IPAddress?, under own: PolicySettings?) -> DecisionSettings {
        state.withLock { state in
            var settings = (own ?? state.settings).settings(for: domain, client: client)
            if let domain, let override = state.overrides[domain] { settings.override = override }
            return settings
        }
    }

    /// The name to send as SNI when nothing is known yet but the address: the host last authenticated there, or one that look-ups map to it.
    public func serverName(at address: IPAddress) -> DomainName? {
        memory.serverName(at: address, now: clock.instant)
    }

    /// The evidence about `domain` if it is at hand and current.
    public func knownEvidence(_ domain: DomainName, port: Int) -> Snapshot? {
        knownEvidence(key(domain, port: port))
    }

    private func key(_ domain: DomainName, port: Int) -> Key {
        Key(domain: domain, port: port, ignoresInsecureMX: state.withLock { $0.settings.settings.insecureMX == .off })
    }

    func knownEvidence(_ key: Key) -> Snapshot? {
        let now = clock.instant
        return state.withLock { state in
            guard let snapshot = state.snapshots.value(for: key, now: now), now < snapshot.validUntil else { return nil }
            return snapshot
        }
    }

    /// The evidence about `domain`, looked up if need be; nil when that takes longer than until `deadline`. The look-ups go on then.
    public func evidence(_ domain: DomainName, port: Int, deadline: ContinuousClock.Instant) async -> Snapshot? {
        await evidence(key(domain, port: port), deadline: deadline)
    }

    func evidence(_ key: Key, deadline: ContinuousClock.Instant) async -> Snapshot? {
        await lookUp(Lookup(key: key), insteadOf: nil, deadline: deadline)
    }

    /// The evidence with one kind of look-up made again past all caches; nil when that takes too long.
    ///
    /// - Parameter judged: the evidence that was not enough. If the look-up was made again since then, by whomever, its result is the answer.
    func evidence(
        _ key: Key, refreshing refresh: Refresh, insteadOf judged: Snapshot, deadline: ContinuousClock.Instant
    ) async -> Snapshot? {
        await lookUp(Lookup(key: key, refresh: refresh), insteadOf: judged, deadline: deadline)
    }

    /// Forgets what was looked up about `domain`; cached policies stay.
    public func forget(_ domain: DomainName) {
        state.withLock { state in
            for ignoresInsecureMX in [false, true] {
                state.snapshots.remove(Key(domain: domain, port: 25, ignoresInsecureMX: ignoresInsecureMX))
            }
        }
    }

    /// What a look-up finds, or found already; nil when that takes longer than until `deadline`, or too many others are under way.
    ///
    /// Domains that are known already are not counted: a flood of new ones must not hold up theirs.
    private func lookUp(_ lookup: Lookup, insteadOf judged: Snapshot?, deadline: ContinuousClock.Instant) async -> Snapshot? {
        let now = clock.instant
        let (known, flight) = state.withLock { state -> (Snapshot?, Flight<Snapshot>?) in
            let last = state.snapshots.value(for: lookup.key, now: now)
            if let last, now < last.validUntil, last.answers(lookup, insteadOf: judged) { return (last, nil) }
            switch state.lookups.admit(lookup, limit: last == nil ? state.settings.mostLookups : .max) {
            case .full: return (nil, nil)
            case .join(let flight): return (nil, flight)
            case .start(let flight):
                state.begun += 1
                begin(lookup, number: state.begun, deadline: deadline)
                return (nil, flight)
            }
        }
        if let known { return known }
        return await flight?.value(until: deadline, clock: SystemSteadyClock())
    }

    private func begin(_ lookup: Lookup, number: Int, deadline: ContinuousClock.Instant) {
        // A policy host that hangs must not use up the time in which DANE could have answered.
        let now = ContinuousClock.now
        let stsDeadline = now + max(.zero, deadline - now) * 3 / 4
        Task {
            let snapshot = await load(lookup, number: number, stsDeadline: stsDeadline)
            let now = clock.instant
            let flight = state.withLock { state in
                state.snapshots.store(
                    snapshot, for: lookup.key, until: now + Self.snapshotLifetime, octets: snapshot.octets, now: now)
                return state.lookups.land(lookup)
            }
            flight?.land(snapshot)
        }
    }
}
