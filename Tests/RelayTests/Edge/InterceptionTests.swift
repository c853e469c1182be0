import Basics
import Testing

@testable import Relay

@Suite struct InterceptionTests {
    private static let here4 = IPAddress("192.0.2.1")
    private static let here6 = IPAddress("2001:db8::1")

    private func listeners(_ endpoints: String...) -> OwnListeners {
        OwnListeners(endpoints.compactMap { Endpoint($0) }) { $0.isLoopback || $0 == Self.here4 || $0 == Self.here6 }
    }

    private func intercepted(local: String?, original: String?, client: String? = "198.51.100.7:4000", _ listeners: OwnListeners) -> String
    {
        let result = Intercepted(
            client: client.flatMap { Endpoint($0) }, local: local.flatMap { Endpoint($0) }, original: original.flatMap { Endpoint($0) },
            listeners: listeners)
        return switch result {
        case .redirected(let client, let destination): "\(client) to \(destination)"
        case .notRedirected(let client, let local): "\(client) at \(local)"
        case .loop(_, let destination): "loop by \(destination)"
        case .gone: "gone"
        }
    }

    @Test func `a redirected connection has a client and a destination`() {
        #expect(
            intercepted(local: "127.0.0.1:10025", original: "203.0.113.25:25", listeners("127.0.0.1:10025"))
                == "198.51.100.7:4000 to 203.0.113.25:25")
        #expect(
            intercepted(local: "[::1]:10025", original: "[2001:db8::25]:25", client: "[2001:db8::7]:4000", listeners("[::1]:10025"))
                == "[2001:db8::7]:4000 to [2001:db8::25]:25")
    }

    @Test(arguments: ["127.0.0.1:10025", "0.0.0.0:10025"])
    func `a connection to the listener itself is not redirected`(listener: String) {
        // Without the connection tracker nobody knows a destination, with it the destination is where the client connected to.
        #expect(intercepted(local: "192.0.2.1:10025", original: nil, listeners(listener)) == "198.51.100.7:4000 at 192.0.2.1:10025")
        #expect(
            intercepted(local: "192.0.2.1:10025", original: "192.0.2.1:10025", listeners(listener))
                == "198.51.100.7:4000 at 192.0.2.1:10025")
    }

    @Test(arguments: [
        ("127.0.0.1:25", "127.0.0.1:25", true),
        ("127.0.0.1:25", "127.0.0.2:25", false),
        ("127.0.0.1:25", "127.0.0.1:10025", false),
        ("0.0.0.0:25", "192.0.2.1:25", true),
        ("0.0.0.0:25", "127.0.0.9:25", true),
        ("0.0.0.0:25", "0.0.0.0:25", true),
        ("0.0.0.0:25", "192.0.2.1:587", false),
        ("0.0.0.0:25", "203.0.113.25:25", false),
        // Each family has its own listeners.
        ("0.0.0.0:25", "[2001:db8::1]:25", false),
        ("[::]:25", "192.0.2.1:25", false),
        ("[::]:25", "[2001:db8::1]:25", true),
        ("[::]:25", "[::1]:25", true),
        ("[::]:25", "[2001:db8::25]:25", false),
    ])
    func `a destination that is a listener of ours is a loop`(listener: String, destination: String, isLoop: Bool) {
        let local = destination.hasPrefix("[") ? "[2001:db8::ff]:25" : "192.0.2.255:25"
        let found = intercepted(local: local, original: destination, listeners("198.51.100.1:10025", listener))
        #expect(found == (isLoop ? "loop by \(destination)" : "198.51.100.7:4000 to \(destination)"))
    }

    @Test func `a client that has closed already is gone`() {
        #expect(intercepted(local: "127.0.0.1:10025", original: "203.0.113.25:25", client: nil, listeners()) == "gone")
        #expect(intercepted(local: nil, original: "203.0.113.25:25", listeners()) == "gone")
    }

    @Test func `this machine's addresses are known`() {
        let local = LocalAddresses()
        #expect(local.contains(IPAddress(ipv4: 0x7f00_0001)))
        #expect(local.contains(IPAddress(ipv4: 0x7f00_0002)))
        #expect(!local.contains(IPAddress(ipv4: 0xcb00_7119)))
    }
}
