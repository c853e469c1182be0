import Basics
import NIOCore
import TestSupport
import Testing

@testable import Relay

@Suite struct RelayServerTests {
    @Test func `a session goes from the listener to the destination and back`() async throws {
        let relay = try await TestRelay()
        let client = try await relay.client()
        try await client.openTransaction()
        try await client.exchange("DATA\r\n")
        try await client.exchange("Subject: x\r\n\r\nhello\r\n.\r\n")
        try await client.exchange("QUIT\r\n")
        #expect(client.lines.map { $0.prefix(3) } == ["220", "250", "250", "250", "354", "250", "221"])
        try await eventually("the end") { client.end == "closed" }
        let messages = try await relay.mail.connection().with { $0.messages }
        #expect(messages == [octets("Subject: x\r\n\r\nhello\r\n")])
        try await eventually("the place is free") { relay.relay.sessionCount == 0 }
        let ends = try await relay.recorded { $0.closed?.reason }
        #expect(ends == "quit")
    }

    @Test(arguments: ["QUIT\r\n", ""])
    func `a client that sends the dot and its end together has its answer`(quit: String) async throws {
        let relay = try await TestRelay()
        let client = try await relay.client()
        try await client.openTransaction()
        try await client.exchange("DATA\r\n")
        client.say("Subject: x\r\n\r\nhello\r\n.\r\n\(quit)")
        client.closeOutput()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.map { $0.prefix(3) } == ["220", "250", "250", "250", "354", "250"] + (quit.isEmpty ? [] : ["221"]))
        let messages = try await relay.mail.connection().with { $0.messages }
        #expect(messages == [octets("Subject: x\r\n\r\nhello\r\n")])
        try await eventually("the place is free") { relay.relay.sessionCount == 0 }
    }

    @Test func `a destination that refuses is named to the client`() async throws {
        let closed = try await Endpoint.unused()
        let relay = try await TestRelay(interception: ScriptedInterception(destination: closed))
        let client = try await Peer.connect(to: relay.endpoint)
        try await eventually("the end") { client.end != nil }
        #expect(client.text == "421 4.4.1 127.0.0.1: connection refused\r\n")
        #expect(client.end == "closed")
    }

    // MARK: Listening

    @Test func `when one address cannot be listened on none is`() async throws {
        let free = try await Endpoint.unused()
        let taken = try await PeerServer { Peer() }
        let occupied = taken.endpoint
        let error = await #expect(throws: RelayError.self) { _ = try await TestRelay(listen: [free, occupied, .loopback]) }
        #expect(error?.index == 1)
        #expect(error?.description.hasPrefix("cannot listen on \(occupied): address already in use") == true)
        await #expect(throws: (any Error).self) { _ = try await Peer.connect(to: free) }
    }

    @Test func `both families can be listened on at one port`() async throws {
        let port = try await Endpoint.unused().port
        let addresses = [IPAddress(ipv4: 0), IPAddress(ipv6High: 0, low: 0)]
        let relay = try await TestRelay(listen: addresses.map { Endpoint(address: $0, port: port) })
        let client4 = try await Peer.connect(to: Endpoint(address: IPAddress(ipv4: 0x7f00_0001), port: port))
        let client6 = try await Peer.connect(to: Endpoint(address: IPAddress(ipv6High: 0, low: 1), port: port))
        for client in [client4, client6] { try await eventually("the greeting") { client.text.hasPrefix("220 ") } }
        #expect(relay.relay.sessionCount == 2)
    }

    // MARK: Refusals

    @Test func `sessions above the limit are refused until one ends`() async throws {
        let relay = try await TestRelay(settings: { $0.limits.sessions = 2 })
        let first = try await relay.client()
        _ = try await relay.client()
        try await expectRefusal(by: relay, "421 4.3.2 Too many sessions; try again\r\n")
        try await first.exchange("QUIT\r\n")
        try await eventually("a place is free") { relay.relay.sessionCount == 1 }
        _ = try await relay.client()
    }

    @Test func `sessions of one client above its limit are refused until one ends`() async throws {
        let relay = try await TestRelay(settings: { $0.limits.perClient = 1 })
        let first = try await relay.client()
        try await expectRefusal(by: relay, "421 4.7.0 Too many sessions from 127.0.0.1; try again\r\n")
        first.reset()
        try await eventually("a place is free") { relay.relay.sessionCount == 0 }
        _ = try await relay.client()
    }

    @Test func `a connection to the listener itself is told what it has reached`() async throws {
        let relay = try await TestRelay(interception: RedirectInterception(listeners: []))
        try await expectRefusal(by: relay, "421 4.3.5 This is a proxy for redirected connections, not a mail server\r\n")
        #expect(relay.relay.sessionCount == 0)
    }

    @Test func `a connection that was meant for the relay is no session`() async throws {
        let destination = try #require(Endpoint("192.0.2.1:10025"))
        let relay = try await TestRelay(interception: ScriptedInterception(destination: destination, isLoop: true))
        try await expectRefusal(by: relay, "421 4.4.6 192.0.2.1:10025 is this proxy itself\r\n")
    }

    /// The refusal arrives whole, and an end behind it, whether the client waits for a greeting or talks at once.
    private func expectRefusal(by relay: TestRelay, _ reply: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for first in ["", "EHLO client.example\r\n", String(repeating: "NOOP\r\n", count: 20_000)] {
            let client = try await Peer.connect(to: relay.endpoint, saying: first)
            try await eventually("the end", sourceLocation: sourceLocation) { client.end != nil }
            #expect(client.text == reply, sourceLocation: sourceLocation)
            #expect(client.end == "closed", sourceLocation: sourceLocation)
        }
    }

    @Test func `a refused client that goes on talking is cut off`() async throws {
        let relay = try await TestRelay(settings: { $0.limits.sessions = 0 })
        let client = try await Peer.connect(to: relay.endpoint)
        client.say([UInt8](repeating: 0x61, count: 32 << 20))
        try await eventually("the end") { client.sent > 0 && client.end != nil && client.sent < 32 << 20 }
        #expect(client.text.hasPrefix("421 "))
    }

    @Test func `a refused client that does not close is left`() async throws {
        let relay = try await TestRelay(settings: { $0.limits.sessions = 0 })
        let client = try await Peer.connect(to: relay.endpoint)
        try await eventually("the refusal") { client.text.hasPrefix("421 ") }
        // With nobody to answer, what is sent to a closed connection meets a reset.
        try await eventually("the connection is no more") {
            client.say("x")
            return client.isBroken
        }
    }
}
