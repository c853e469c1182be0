import Basics
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import DNS

@Suite struct SystemResolverTests {
    @Test func `the nameserver lines of resolv.conf are read`() {
        let text = """
            # nameserver 192.0.2.9
            search example.com
            nameserver 127.0.0.53
            \tnameserver\t2001:db8::53\textra
            nameserver fe80::1%eth0
            nameserver
            nameservers 192.0.2.8
            options edns0
            nameserver 192.0.2.1\r
            """
        #expect(
            StubResolver.servers(inResolvConf: text).map(ServerLink.name) == ["127.0.0.53", "2001:db8::53", "192.0.2.1"])
    }

    @Test func `a file without resolvers, or no file, is an error that names it`() throws {
        #expect(throws: ResolverConfigurationError.self) { try StubResolver.systemServers(path: "/nonexistent/resolv.conf") }
        try withTemporaryFile(Array("search example\n".utf8)) { path in
            let error = #expect(throws: ResolverConfigurationError.noServer(path: path)) { try StubResolver.systemServers(path: path) }
            #expect(error?.description.contains(path) == true)
        }
        try withTemporaryFile(Array("nameserver 192.0.2.1\n".utf8)) { path in
            let servers = try StubResolver.systemServers(path: path)
            #expect(servers == [try SocketAddress(ipAddress: "192.0.2.1", port: 53)])
        }
    }

    @Test func `only loopback and trusted resolvers are believed, and then only they are asked`() throws {
        let servers = ["192.0.2.1", "127.0.0.1", "198.51.100.1"].map { ip($0).socketAddress(port: 53) }
        var configuration = DNSSettings(servers: servers, trusted: [try #require(IPAddress("198.51.100.1"))])
        #expect(configuration.usedServers == [servers[1], servers[2]])
        configuration.trusted = []
        #expect(configuration.usedServers == [servers[1]])
        configuration.servers = [servers[0]]
        #expect(configuration.usedServers == [servers[0]])
        configuration.servers = servers
        configuration.dnssec = .off
        #expect(configuration.usedServers == servers)
    }

    @Test func `a failure's detail is printable and bounded`() {
        let failure = DNSFailure(.bogus, "a\r\n\u{1b}é" + String(repeating: "x", count: 500))
        #expect(failure.detail.hasPrefix("a\\x0d\\x0a\\x1b\\xc3\\xa9xx"))
        #expect(failure.detail.utf8.count == 200)
    }
}
