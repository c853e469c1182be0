import Basics
import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

extension Channel {
    /// Where the client meant to connect to, before the packet filter redirected it (SO_ORIGINAL_DST, IP6T_SO_ORIGINAL_DST); nil when it was not.
    func originalDestination() -> EventLoopFuture<Endpoint?> {
        guard let provider = self as? any SocketOptionProvider, let local = localAddress else {
            return eventLoop.makeSucceededFuture(nil)
        }
        // linux/netfilter_ipv4.h and linux/netfilter_ipv6/ip6_tables.h: both options have the number 80.
        let option = NIOBSDSocket.Option(rawValue: 80)
        let found: EventLoopFuture<Endpoint?>
        switch local {
        case .v4:
            let value: EventLoopFuture<sockaddr_in> = provider.unsafeGetSocketOption(level: .ip, name: option)
            found = value.map { Endpoint(SocketAddress($0)) }
        case .v6:
            let value: EventLoopFuture<sockaddr_in6> = provider.unsafeGetSocketOption(level: .ipv6, name: option)
            found = value.map { Endpoint(SocketAddress($0)) }
        case .unixDomainSocket:
            found = eventLoop.makeSucceededFuture(nil)
        }
        // ENOENT: the connection tracker knows nothing of it, so nobody redirected it.
        return found.flatMapErrorThrowing { _ in nil }
    }
}
