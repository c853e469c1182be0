import Basics
import NIOCore

/// How connections that were meant for others come to Weft: who the client is, and where it meant to connect to.
///
/// With a redirect the packet filter knows; with TPROXY the connection's own address would say it, with a listener for each tenant the listener.
package protocol Interception: Sendable {
    /// Whose connection `channel` is. Called on its event loop, before it is active.
    func intercepted(_ channel: any Channel) -> EventLoopFuture<Intercepted>
}

/// What an accepted connection turned out to be.
package enum Intercepted: Hashable, Sendable {
    /// A client that meant to connect to `destination`.
    case redirected(client: Endpoint, destination: Endpoint)
    /// A client that connected to Weft itself, at `local`.
    case notRedirected(client: Endpoint, local: Endpoint)
    /// A connection whose destination is Weft: to relay it would be to dial ourselves without end.
    case loop(client: Endpoint, destination: Endpoint)
    /// The client has closed already.
    case gone
}
