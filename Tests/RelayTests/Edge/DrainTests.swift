import Basics
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Relay

@Suite struct DrainTests {
    @Test func `idle sessions end with 421, and nobody new is let in`() async throws {
        let relay = try await TestRelay()
        let waiting = try await relay.client()
        let greeted = try await relay.client()
        try await greeted.exchange("EHLO client.example\r\n")
        await relay.relay.drain()
        for client in [waiting, greeted] {
            try await eventually("the end") { client.end == "closed" }
            #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
        }
        #expect(relay.relay.sessionCount == 0)
        await #expect(throws: (any Error).self) { _ = try await Peer.connect(to: relay.endpoint) }
    }

    @Test func `a running message is finished first`() async throws {
        let relay = try await TestRelay()
        let client = try await relay.client()
        try await client.openTransaction()
        try await client.exchange("DATA\r\n")
        async let drained: Void = relay.relay.drain()
        try await eventually("the listener is closed") { relay.relay.listening.isEmpty }
        client.say("half of it\r\n")
        try await eventually("the server has it") { try await relay.mail.connection().with { !$0.data.isEmpty } }
        client.say("and the rest\r\n.\r\n")
        await drained
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.suffix(2) == ["250 2.0.0 queued", "421 4.3.2 Weft is stopping; try again"])
        let messages = try await relay.mail.connection().with { $0.messages }
        #expect(messages == [octets("half of it\r\nand the rest\r\n")])
    }

    @Test func `past the deadline a client with a transaction is told`() async throws {
        let relay = try await TestRelay(settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        try await client.openTransaction()
        await relay.relay.drain()
        try await eventually("the end") { client.end != nil }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
        #expect(client.end == "closed")
        let reason = try await relay.recorded { $0.closed?.reason }
        #expect(reason == "Weft is stopping")
    }

    @Test func `past the deadline a client whose server does not answer is told`() async throws {
        let relay = try await TestRelay(server: { $0.on("RCPT", .silence) }, settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        try await client.exchange("EHLO client.example\r\n")
        try await client.exchange("MAIL FROM:<a@client.example>\r\n")
        client.say("RCPT TO:<b@example.net>\r\n")
        try await eventually("the server has it") { try await relay.mail.connection().with { !$0.commands("RCPT").isEmpty } }
        await relay.relay.drain()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
    }

    @Test func `past the deadline look-ups are not waited for`() async throws {
        let gate = ScriptedGate()
        gate.isStuck = true
        let relay = try await TestRelay(gate: gate, settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        try await client.exchange("EHLO client.example\r\n")
        try await client.exchange("MAIL FROM:<a@client.example>\r\n")
        client.say("RCPT TO:<b@example.net>\r\n")
        try await eventually("it is looked up") { try await relay.recorded { _ in !gate.requests.isEmpty } }
        await relay.relay.drain()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
    }

    @Test func `past the deadline a dial is not waited for`() async throws {
        // Takes one connection and accepts none: the system leaves the next without an answer.
        let group = MultiThreadedEventLoopGroup.singleton
        let full = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 0).serverChannelOption(.autoRead, value: false)
            .bind(to: Endpoint.loopback.socketAddress).get()
        let endpoint = try #require(full.localAddress.flatMap(Endpoint.init))
        let first = try await Peer.connect(to: endpoint)
        let relay = try await TestRelay(
            interception: ScriptedInterception(destination: endpoint), settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await Peer.connect(to: relay.endpoint)
        try await eventually("the session runs") { relay.relay.sessionCount == 1 }
        await relay.relay.drain()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines == ["421 4.3.2 Weft is stopping; try again"])
        first.close()
        try await full.close()
    }

    @Test func `past the deadline a handshake is not waited for`() async throws {
        let relay = try await TestRelay(
            server: {
                $0.keywords.append("STARTTLS")
                // Raw: what follows is never answered.
                $0.on("STARTTLS", "220 go ahead")
            }, settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        client.say("EHLO client.example\r\n")
        try await eventually("the server has it") { try await relay.mail.connection().with { !$0.commands("STARTTLS").isEmpty } }
        await relay.relay.drain()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
    }

    @Test func `a drain that is ended early waits for nobody`() async throws {
        let relay = try await TestRelay(settings: { $0.timeouts.drain = .seconds(3600) })
        let client = try await relay.client()
        try await client.openTransaction()
        async let drained: Void = relay.relay.drain()
        try await eventually("the listener is closed") { relay.relay.listening.isEmpty }
        relay.relay.endDrain()
        await drained
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
    }

    @Test func `past the deadline a message that has not ended is not delivered`() async throws {
        let relay = try await TestRelay(settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        try await client.openTransaction()
        try await client.exchange("DATA\r\n")
        client.say("half of it\r\n")
        try await eventually("the server has it") { try await relay.mail.connection().with { !$0.data.isEmpty } }
        await relay.relay.drain()
        try await eventually("the end") { client.end != nil }
        #expect(client.lines.last == "421 4.3.2 Weft is stopping; try again")
        let (messages, lines, data) = try await relay.mail.connection().with { ($0.messages, $0.lines, $0.data) }
        #expect(messages == [])
        #expect(lines.last == "DATA")
        // The line end may yet be the first of the end of the data.
        #expect(data == octets("half of it"))
    }

    @Test func `past the deadline a message whose answer is out is answered first`() async throws {
        let relay = try await TestRelay(server: { $0.on(".", .silence) }, settings: { $0.timeouts.drain = .milliseconds(20) })
        let client = try await relay.client()
        try await client.openTransaction()
        try await client.exchange("DATA\r\n")
        client.say("all of it\r\n.\r\n")
        try await eventually("the server has it") { try await relay.mail.connection().with { !$0.messages.isEmpty } }
        await relay.relay.drain()
        try await eventually("the end") { client.end == "closed" }
        #expect(client.lines.suffix(2) == ["451 4.4.2 127.0.0.1: Weft is stopping", "421 4.3.2 Weft is stopping; try again"])
    }
}
