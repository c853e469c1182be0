import NIOCore

/// The clock of a session, and how it waits.
protocol SessionClock: AnyObject {
    /// Monotonic time.
    var now: NIODeadline { get }
    /// Suspends until `signal` is raised or the deadline passes.
    func wait(for signal: Signal, until deadline: NIODeadline) async
    /// Lets the other sessions of the loop go on first.
    func yield() async
    /// No more waiting: the session is over.
    func stop()
}

extension SessionClock {
    /// When a wait that begins now and may last for `patience` is over.
    func end(of patience: Duration) -> NIODeadline { now + TimeAmount(patience) }
}
