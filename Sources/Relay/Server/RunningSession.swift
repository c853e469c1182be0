import NIOCore

/// A session as the relay keeps it: what it takes to wake it.
///
/// The stream and the signal belong to the session's event loop, where `wake` takes its work (`@unchecked Sendable`).
final class RunningSession: @unchecked Sendable {
    let stream: LoopStream
    let signal = Signal()
    let loop: any EventLoop

    init(stream: LoopStream, loop: any EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    /// Lets the session notice how far the daemon is on its way out.
    func wake() {
        loop.execute { self.signal.raise() }
    }
}
