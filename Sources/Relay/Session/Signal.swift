import NIOCore

/// Wakes one session when anything happened that it may be waiting for: bytes, space to write, an end, a deadline.
///
/// One signal serves all streams of a session, which looks at all of them when it wakes; so there is one continuation and
/// nothing to race. Confined to the session's event loop.
final class Signal {
    private var waiter: UnsafeContinuation<Void, Never>?
    private var isRaised = false

    /// Wakes the session now, or makes its next wait return at once.
    func raise() {
        guard let waiter else {
            isRaised = true
            return
        }
        self.waiter = nil
        waiter.resume()
    }

    /// Takes back a raise that nobody waited for; true if there was one.
    func consume() -> Bool {
        defer { isRaised = false }
        return isRaised
    }

    /// Suspends until the signal is raised.
    func wait() async {
        if consume() { return }
        // Safe: `raise` takes the continuation out before it resumes it, so it is resumed once.
        await withUnsafeContinuation { waiter = $0 }
    }
}

/// The clock of a session, and how it waits.
protocol SessionClock: AnyObject {
    /// Monotonic time.
    var now: NIODeadline { get }
    /// Suspends until `signal` is raised or the deadline passes.
    func wait(for signal: Signal, until deadline: NIODeadline) async
    /// No more waiting: the session is over.
    func stop()
}

/// A session's clock on its event loop.
///
/// Deadlines move on with every command, but one timer is enough: when it fires too early it is set again. A session that lives
/// shorter than its first deadline schedules a single timer.
final class LoopClock: SessionClock {
    private let loop: any EventLoop
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture
    private var deadline = NIODeadline.distantFuture
    private weak var waiting: Signal?

    init(loop: any EventLoop) {
        self.loop = loop
    }

    var now: NIODeadline { .now() }

    func wait(for signal: Signal, until deadline: NIODeadline) async {
        self.deadline = deadline
        waiting = signal
        if timer == nil || deadline < timerDeadline { schedule(deadline) }
        await signal.wait()
        waiting = nil
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    private func schedule(_ deadline: NIODeadline) {
        timer?.cancel()
        timerDeadline = deadline
        let clock = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(deadline: deadline) { clock.value.fire() }
    }

    private func fire() {
        timer = nil
        guard let waiting else { return }
        if now >= deadline { waiting.raise() } else { schedule(deadline) }
    }
}
