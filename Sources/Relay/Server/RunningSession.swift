import NIOCore

/// A session as the relay keeps it: what it takes to wake it, and to end what it waits for.
///
/// The stream and the signal belong to the session's event loop, where `wake` and `cutShort` take their work (`@unchecked Sendable`).
final class RunningSession: @unchecked Sendable {
    let stream: LoopStream
    let signal = Signal()
    let loop: any EventLoop
    /// What the session does; set on its loop.
    var task: Task<Void, Never>?

    init(stream: LoopStream, loop: any EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    /// Lets the session notice how far the daemon is on its way out.
    func wake() {
        loop.execute { self.signal.raise() }
    }

    /// Ends what the session waits for, its look-ups and its dial too.
    func cutShort() {
        loop.execute {
            self.task?.cancel()
            self.signal.raise()
        }
    }
}
