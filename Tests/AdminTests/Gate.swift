import Synchronization

/// Holds up whoever comes until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watcher: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    func pass() async {
        await withCheckedContinuation { continuation in
            let (passes, watcher) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
                if state.isOpen { return (true, nil) }
                state.held.append(continuation)
                guard let watcher = state.watcher, state.held.count >= watcher.count else { return (false, nil) }
                state.watcher = nil
                return (false, watcher.continuation)
            }
            watcher?.resume()
            if passes { continuation.resume() }
        }
    }

    /// Returns when so many wait.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.held.count < count { state.watcher = (count, continuation) }
                return state.held.count >= count
            }
            if isReached { continuation.resume() }
        }
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}
