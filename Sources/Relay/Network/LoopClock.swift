import NIOCore

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

    func yield() async { await Task.yield() }

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
