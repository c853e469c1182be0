import Synchronization

/// Work under way that several callers wait for; each may leave at its own deadline, and the work goes on.
final class Flight<Value: Sendable>: Sendable, Awaitable {
    private enum Waiter {
        case waiting(CheckedContinuation<Value?, Never>)
        /// Left before it had begun to wait.
        case left
    }

    private struct State {
        var value: Value?
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    /// The work is done.
    func land(_ value: Value) {
        let waiters = state.withLock { state in
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for case .waiting(let continuation) in waiters { continuation.resume(returning: value) }
    }

    /// The result; nil if it has not come by `deadline` (nil: however long it takes) or the caller's task is cancelled.
    func value(until deadline: ContinuousClock.Instant?, clock: any STSClock) async -> Value? {
        if let value = state.withLock({ $0.value }) { return value }
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let timer = deadline.map { deadline in
            Task {
                guard (try? await clock.sleep(until: deadline)) != nil else { return }
                leave(waiter)
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(waiter, $0) }
        } onCancel: {
            leave(waiter)
        }
    }

    private func wait(_ waiter: Int, _ continuation: CheckedContinuation<Value?, Never>) {
        let answer: Value?? = state.withLock { state in
            if let value = state.value { return .some(value) }
            if state.waiters.removeValue(forKey: waiter) != nil { return .some(nil) }
            state.waiters[waiter] = .waiting(continuation)
            return .none
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func leave(_ waiter: Int) {
        let continuation: CheckedContinuation<Value?, Never>? = state.withLock { state in
            guard state.value == nil else { return nil }
            guard case .waiting(let continuation) = state.waiters.removeValue(forKey: waiter) else {
                state.waiters[waiter] = .left
                return nil
            }
            return continuation
        }
        continuation?.resume(returning: nil)
    }
}

/// A flight whatever its result.
protocol Awaitable: Sendable {
    /// Returns when the work is done.
    func landed(clock: any STSClock) async
}

extension Flight {
    func landed(clock: any STSClock) async {
        _ = await value(until: nil, clock: clock)
    }
}
