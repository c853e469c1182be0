import Basics
import NIOCore

/// Connections that the packet filter redirects (REDIRECT or DNAT to one of our listeners), and remembers the destination of.
struct RedirectInterception: Interception {
    private let listeners: OwnListeners

    /// For a relay that listens on `listeners`.
    init(listeners: [Endpoint]) {
        let local = LocalAddresses()
        self.listeners = OwnListeners(listeners) { local.contains($0) }
    }

    func intercepted(_ channel: any Channel) -> EventLoopFuture<Intercepted> {
        let client = channel.remoteAddress.flatMap(Endpoint.init)
        let local = channel.localAddress.flatMap(Endpoint.init)
        return channel.originalDestination().map { original in
            Intercepted(client: client, local: local, original: original, listeners: listeners)
        }
    }
}

extension Intercepted {
    /// What a connection from `client` to our socket at `local` is, when the packet filter says that it was meant for `original`.
    init(client: Endpoint?, local: Endpoint?, original: Endpoint?, listeners: OwnListeners) {
        guard let client, let local else {
            // A socket whose peer has gone has no peer address.
            self = .gone
            return
        }
        // The connection tracker, where it is on, knows the destination of connections that nobody redirected as well.
        guard let original, original != local else {
            self = .notRedirected(client: client, local: local)
            return
        }
        self =
            listeners.contains(original) ? .loop(client: client, destination: original) : .redirected(client: client, destination: original)
    }
}
