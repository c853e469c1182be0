import Basics
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Relay

/// What the system says of connections that its packet filter has redirected.
@Suite(.enabled(if: RedirectingNetwork.isPossible, "needs network namespaces and iptables")) struct RedirectInterceptionTests {
    @Test(arguments: [
        ("192.0.2.7", "203.0.113.25:25", "127.0.0.1:10025"), ("2001:db8::7", "[2001:db8::25]:25", "[::1]:10025"),
    ])
    func `a redirected connection bears its destination, a direct one none`(client: String, destination: String, listen: String)
        async throws
    {
        let (destination, listen) = (try #require(Endpoint(destination)), try #require(Endpoint(listen)))
        let network = try await RedirectingNetwork.make(client: try #require(IPAddress(client)), destination: destination, listen: listen)
        defer { network.close() }
        let interception = RedirectInterception(listeners: [listen])
        let found = Mutex<[Intercepted]>([])
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                interception.intercepted(channel).map { intercepted in found.withLock { $0.append(intercepted) } }
            }
            .withBoundSocket(network.listener).get()
        try await eventually("both connections") { found.withLock { $0.count } == 2 }
        let redirected = try #require(Endpoint(ofSocket: network.redirected, by: getsockname))
        let direct = try #require(Endpoint(ofSocket: network.direct, by: getsockname))
        #expect(redirected.address == IPAddress(client))
        #expect(
            found.withLock { Set($0) } == [
                .redirected(client: redirected, destination: destination), .notRedirected(client: direct, local: listen),
            ])
        try await server.close()
    }
}
