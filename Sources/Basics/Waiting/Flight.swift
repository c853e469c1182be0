import Synchronization

/// Work under way that several callers wait for; each may leave at its own deadline or when its task is cancelled, and the work goes on.
///
/// Coming and leaving take constant time. Waiting needs no task of its own: one timer serves all callers that have a deadline.
package final class Flight<Value: Sendable>: Sendable {
    private enum Waiter {
        case waiting(CheckedContinuation<Value?, Never>)
        /// Left before it had begun to wait.
        case left
    }

    private struct State {
        var value: Value?
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
        var deadlines = Deadlines()
        /// When the timer rings next; nil if none runs.
        var ringing: ContinuousClock.Instant?
        var timer: Task<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Callers that wait.
    package var waiting: Int {
        state.withLock { state in
            state.waiters.values.count { if case .waiting = $0 { true } else { false } }
        }
    }

    /// Whether the work is done.
    package var isLanded: Bool { state.withLock { $0.value != nil } }

    /// The work is done. Only the first result counts.
    package func land(_ value: Value) {
        let (waiters, timer) = state.withLock { state -> ([Int: Waiter], Task<Void, Never>?) in
            guard state.value == nil else { return ([:], nil) }
            state.value = value
            state.deadlines = Deadlines()
            defer { (state.waiters, state.timer) = ([:], nil) }
            return (state.waiters, state.timer)
        }
        timer?.cancel()
        for case .waiting(let continuation) in waiters.values { continuation.resume(returning: value) }
    }

    /// The result; nil if it has not come by `deadline` (nil: however long it takes) or the caller's task is cancelled.
    package func value(until deadline: ContinuousClock.Instant?, clock: some SteadyClock) async -> Value? {
        let (value, waiter) = state.withLock { state in
            state.lastWaiter += 1
            return (state.value, state.lastWaiter)
        }
        if let value { return value }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(waiter, until: deadline, clock: clock, $0) }
        } onCancel: {
            leave(waiter)
        }
    }

    private func wait(
        _ waiter: Int, until deadline: ContinuousClock.Instant?, clock: some SteadyClock, _ continuation: CheckedContinuation<Value?, Never>
    ) {
        let (isWaiting, value, former) = state.withLock { state -> (Bool, Value?, Task<Void, Never>?) in
            if let value = state.value { return (false, value, nil) }
            if state.waiters.removeValue(forKey: waiter) != nil { return (false, nil, nil) }
            state.waiters[waiter] = .waiting(continuation)
            guard let deadline else { return (true, nil, nil) }
            state.deadlines.add(deadline, waiter)
            if let ringing = state.ringing, ringing <= deadline { return (true, nil, nil) }
            let former = state.timer
            state.ringing = deadline
            state.timer = Task { await ring(at: deadline, clock: clock) }
            return (true, nil, former)
        }
        former?.cancel()
        if !isWaiting { continuation.resume(returning: value) }
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

    /// Sends those away whose deadline has come; returns the next.
    private func expire(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (leaving, next) = state.withLock { state -> ([CheckedContinuation<Value?, Never>], ContinuousClock.Instant?) in
            var leaving: [CheckedContinuation<Value?, Never>] = []
            while let (deadline, waiter) = state.deadlines.first {
                // Who has left already sets no timer.
                if case .waiting(let continuation)? = state.waiters[waiter] {
                    guard deadline <= now else { break }
                    state.waiters[waiter] = nil
                    leaving.append(continuation)
                }
                state.deadlines.removeFirst()
            }
            state.ringing = state.deadlines.first?.deadline
            return (leaving, state.ringing)
        }
        for continuation in leaving { continuation.resume(returning: nil) }
        return next
    }

    private func ring(at first: ContinuousClock.Instant, clock: some SteadyClock) async {
        var next: ContinuousClock.Instant? = first
        while let deadline = next {
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            next = expire(at: deadline)
        }
    }
}

/// Deadlines in order. Most come in order, as each is the same time after its caller came.
private struct Deadlines {
    private var sorted: [(deadline: ContinuousClock.Instant, waiter: Int)] = []
    private var start = 0

    var first: (deadline: ContinuousClock.Instant, waiter: Int)? { start < sorted.count ? sorted[start] : nil }

    mutating func add(_ deadline: ContinuousClock.Instant, _ waiter: Int) {
        var place = sorted.endIndex
        while place > start, deadline < sorted[place - 1].deadline { place -= 1 }
        sorted.insert((deadline, waiter), at: place)
    }

    mutating func removeFirst() {
        start += 1
        // Each is moved once on the average.
        if 2 * start > sorted.count {
            sorted.removeFirst(start)
            start = 0
        }
    }
}
