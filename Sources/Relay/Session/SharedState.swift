import Basics
import Policy
import Synchronization

/// What the sessions of a relay share.
final class SharedState: Sendable {
    private struct State {
        var missingKeywords: BoundedCache<IPAddress, Set<String>>
    }

    private let draining = Atomic(false)
    private let drained = Atomic(false)
    private let state: Mutex<State>

    init(capacity: Int = 20_000) {
        state = Mutex(State(missingKeywords: BoundedCache(capacity: capacity)))
    }

    /// True once the daemon is stopping: idle sessions end, running messages finish.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// True once the time that running messages had is over: sessions end as soon as they can.
    var isDrainOver: Bool { drained.load(ordering: .relaxed) }

    func endDraining() { drained.store(true, ordering: .relaxed) }

    func startDraining() { draining.store(true, ordering: .relaxed) }

    /// EHLO keywords that a leg to `address` once did not offer while another had: servers behind one address differ.
    func missingKeywords(at address: IPAddress) -> Set<String> {
        state.withLock { $0.missingKeywords[address] ?? [] }
    }

    func noteMissingKeywords(_ keywords: Set<String>, at address: IPAddress) {
        state.withLock { $0.missingKeywords[address] = ($0.missingKeywords[address] ?? []).union(keywords) }
    }
}
