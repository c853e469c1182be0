import Synchronization

/// Holds up whoever comes while it is closed, and counts them.
public final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var held: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// A gate, open or closed.
    public init(isOpen: Bool = true) {
        state = Mutex(State(isOpen: isOpen))
    }

    /// How many have come.
    public var arrivals: Int { state.withLock { $0.arrivals } }

    /// From now on whoever comes is held up.
    public func close() { state.withLock { $0.isOpen = false } }

    /// Lets go whoever is held up, and whoever comes.
    public func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Comes to the gate; returns when it is open.
    public func pass() async {
        await withCheckedContinuation { continuation in
            let (passes, reached) = state.withLock { state in
                state.arrivals += 1
                let reached = state.watchers.filter { $0.count <= state.arrivals }
                state.watchers.removeAll { $0.count <= state.arrivals }
                if !state.isOpen { state.held.append(continuation) }
                return (state.isOpen, reached)
            }
            for watcher in reached { watcher.continuation.resume() }
            if passes { continuation.resume() }
        }
    }

    /// Returns when so many have come in all.
    public func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.arrivals < count { state.watchers.append((count, continuation)) }
                return state.arrivals >= count
            }
            if isReached { continuation.resume() }
        }
    }
}
