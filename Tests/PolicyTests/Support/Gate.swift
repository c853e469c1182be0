import Synchronization

/// Holds up whoever comes while it is closed, and counts them.
final class Gate: Sendable {
    private struct State {
        var isOpen = true
        var held: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// How many have come.
    var arrivals: Int { state.withLock { $0.arrivals } }

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func pass() async {
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
    func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.arrivals < count { state.watchers.append((count, continuation)) }
                return state.arrivals >= count
            }
            if isReached { continuation.resume() }
        }
    }
}
