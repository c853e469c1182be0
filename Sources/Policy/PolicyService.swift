import Basics
import DANE
import DNS
import FoundationEssentials
import Journal
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
        var domain: String
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
        var overrides: [String: DecisionSettings.Override] = [:]
        var snapshots: BoundedCache<Key, Snapshot>
        var lookups: [Lookup: Task<Snapshot, Never>] = [:]
    }

    let resolver: any Resolver
    let sts: STSService
    let threads: NIOThreadPool
    let now: @Sendable () -> Date
    let memory: AddressMemory
    let state: Mutex<State>

    /// A service that asks `resolver` and `sts`, trusts `trust`, and checks certificates on `threads`.
    public init(
        settings: PolicySettings, resolver: any Resolver, sts: STSService, trust: TrustStore, threads: NIOThreadPool,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.resolver = resolver
        self.sts = sts
        self.threads = threads
        self.now = now
        memory = AddressMemory(capacity: settings.capacity)
        state = Mutex(State(settings: settings, trust: trust, snapshots: BoundedCache(capacity: settings.capacity)))
    }

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
            state.snapshots = BoundedCache(capacity: state.settings.capacity)
        }
    }

    /// Takes the overrides in force, in place of those it had; decisions made from now on follow them.
    public func setOverrides(_ overrides: [OverrideRow]) {
        let byDomain = Dictionary(
            overrides.map { ($0.domain, DecisionSettings.Override(until: $0.until, reason: $0.reason)) },
            uniquingKeysWith: { _, last in last })
        state.withLock { $0.overrides = byDomain }
    }

    /// How many domains are exempted at `time`.
    public func overrideCount(at time: Date) -> Int {
        state.withLock { state in state.overrides.values.count { time < $0.until } }
    }

    /// The settings for `domain` and a client, with the operator's exemption of the domain.
    public func settings(for domain: String?, client: IPAddress? = nil) -> DecisionSettings {
        settings(for: domain, client: client, under: nil)
    }

    /// - Parameter own: the settings to go by in place of the service's.
    func settings(for domain: String?, client: IPAddress?, under own: PolicySettings?) -> DecisionSettings {
        state.withLock { state in
            var settings = (own ?? state.settings).settings(for: domain, client: client)
            if let domain, let override = state.overrides[domain] { settings.override = override }
            return settings
        }
    }

    /// The name to send as SNI when nothing is known yet but the address: the host last authenticated there, or one that look-ups map to it.
    public func serverName(at address: IPAddress) -> String? {
        memory.serverName(at: address)
    }

    /// The evidence about `domain` if it is at hand and current.
    public func knownEvidence(_ domain: String, port: Int) -> Snapshot? {
        knownEvidence(key(domain, port: port))
    }

    private func key(_ domain: String, port: Int) -> Key {
        Key(domain: domain, port: port, ignoresInsecureMX: state.withLock { $0.settings.settings.insecureMX == .off })
    }

    func knownEvidence(_ key: Key) -> Snapshot? {
        let now = now()
        return state.withLock { state in
            guard let snapshot = state.snapshots[key], now < snapshot.validUntil else { return nil }
            return snapshot
        }
    }

    /// The evidence about `domain`, looked up if need be; nil when that takes longer than until `deadline`. The look-ups go on then.
    public func evidence(_ domain: String, port: Int, deadline: ContinuousClock.Instant) async -> Snapshot? {
        await evidence(key(domain, port: port), deadline: deadline)
    }

    func evidence(_ key: Key, deadline: ContinuousClock.Instant) async -> Snapshot? {
        if let known = knownEvidence(key) { return known }
        guard let running = lookUp(Lookup(key: key), deadline: deadline) else { return nil }
        return await value(of: running, until: deadline)
    }

    /// The evidence with one kind of look-up made again past all caches; nil when that takes too long.
    func evidence(_ key: Key, refreshing refresh: Refresh, deadline: ContinuousClock.Instant) async -> Snapshot? {
        let lookup = Lookup(key: key, refresh: refresh)
        guard let running = lookUp(lookup, deadline: deadline) else { return nil }
        return await value(of: running, until: deadline)
    }

    /// Forgets what was looked up about `domain`; cached policies stay.
    public func forget(_ domain: String) {
        state.withLock { state in
            for ignoresInsecureMX in [false, true] {
                state.snapshots.remove(Key(domain: domain, port: 25, ignoresInsecureMX: ignoresInsecureMX))
            }
        }
    }

    /// The look-ups about a domain, running or started now; nil when too many others are running.
    ///
    /// Domains that are known already are not counted: a flood of new ones must not hold up theirs.
    private func lookUp(_ lookup: Lookup, deadline: ContinuousClock.Instant) -> Task<Snapshot, Never>? {
        state.withLock { state in
            if let running = state.lookups[lookup] { return running }
            guard state.lookups.count < state.settings.mostLookups || state.snapshots[lookup.key] != nil else { return nil }
            // A policy host that hangs must not use up the time in which DANE could have answered.
            let now = ContinuousClock.now
            let stsDeadline = now + max(.zero, deadline - now) * 3 / 4
            let task = Task { [self] in
                let snapshot = await load(lookup, stsDeadline: stsDeadline)
                self.state.withLock { state in
                    state.snapshots[lookup.key] = snapshot
                    state.lookups[lookup] = nil
                }
                return snapshot
            }
            state.lookups[lookup] = task
            return task
        }
    }
}

/// The value of `task`, or nil at `deadline`; the task goes on.
private func value<Value: Sendable>(of task: Task<Value, Never>, until deadline: ContinuousClock.Instant) async -> Value? {
    let race = Race<Value>()
    let timer = Task {
        try? await Task.sleep(until: deadline, clock: .continuous)
        race.finish(nil)
    }
    Task { race.finish(await task.value) }
    let value = await race.result()
    timer.cancel()
    return value
}

/// The first of several results.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case running
        case waiting(CheckedContinuation<Value?, Never>)
        case finished(Value?)
    }

    private let state = Mutex(State.running)

    func finish(_ value: Value?) {
        let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .running:
                state = .finished(value)
                return nil
            case .waiting(let continuation):
                state = .finished(value)
                return continuation
            case .finished:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }

    func result() async -> Value? {
        await withCheckedContinuation { continuation in
            let finished: Value?? = state.withLock { state in
                if case .finished(let value) = state { return .some(value) }
                state = .waiting(continuation)
                return nil
            }
            if let finished { continuation.resume(returning: finished) }
        }
    }
}
