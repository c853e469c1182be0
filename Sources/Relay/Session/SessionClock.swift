import NIOCore

/// The clock of a session, and how it waits.
protocol SessionClock: AnyObject {
    /// Monotonic time.
    var now: NIODeadline { get }
    /// Suspends until `signal` is raised or the deadline passes.
    func wait(for signal: Signal, until deadline: NIODeadline) async
    /// No more waiting: the session is over.
    func stop()
}
