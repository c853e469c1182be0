import NIOCore

/// A session as the relay keeps it: what it takes to wake or end it.
///
/// The stream and the signal belong to the session's event loop, where every method here takes its work (`@unchecked Sendable`).
final class RunningSession: @unchecked Sendable {
    let stream: LoopStream
    let signal = Signal()
    let loop: any EventLoop

    init(stream: LoopStream, loop: any EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    /// Lets an idle session notice that the daemon is stopping.
    func wake() {
        loop.execute { self.signal.raise() }
    }

    /// Takes the client away; the session ends.
    func abort() {
        loop.execute { self.stream.abort() }
    }
}
