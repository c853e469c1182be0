import Basics
import Glibc
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import DNS

@Suite struct SocketMarkTests {
    /// Whether this process may set a mark (CAP_NET_ADMIN).
    private static let mayMark: Bool = {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var mark: Int32 = 1
        return setsockopt(descriptor, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<Int32>.size)) == 0
    }()

    @Test func `with a mark, UDP and TCP look-ups work where marks are allowed and else fail`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ScriptedServer.start(group: group) { query in
            [query.response("192.0.2.1", flags: query.overTCP ? WireMessage.recursionFlags : WireMessage.truncatedFlags).bytes]
        }
        let resolver = StubResolver(
            settings: .init(servers: [server.address], timeout: .seconds(120), attempts: 1, mark: 0x57), group: group)
        if Self.mayMark {
            #expect(try await resolver.addresses("host.example", family: .ipv4, refresh: false).records.count == 1)
            #expect(server.queries.map(\.overTCP) == [false, true])
        } else {
            let failure = await #expect(throws: DNSFailure.self) {
                try await resolver.addresses("host.example", family: .ipv4, refresh: false)
            }
            #expect(failure?.kind == .unreachable)
        }
        await resolver.shutdown()
        try await server.stop()
    }

    @Test(.enabled(if: mayMark, "needs CAP_NET_ADMIN")) func `the option is the mark of the socket`() async throws {
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelOption(.mark, value: 0x57)
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        #expect(try await channel.getOption(.mark).get() == 0x57)
        try await channel.close().get()
    }
}
