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
