import TLS
import TestSupport
import Testing

@testable import Relay

@Suite struct StartTLSTests {
    /// One that no other name would mend.
    private let alert = TLSFailure(kind: .protocolVersion, alert: 70, detail: "remote alert 70 protocol_version")

    @Test(arguments: chunkSizes)
    func `a message goes over TLS when the server offers it`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.handshake = .completes
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(
            world.server.lines.prefix(5) == [
                "EHLO client.example", "STARTTLS", "TLS", "EHLO client.example", "MAIL FROM:<a@client.example>",
            ])
        #expect(world.gate.requests.first?.leg.tls == .established(.modern))
        #expect(world.server.serverNames == ["mx1.example.net"])
        #expect(world.gate.requests.first?.leg.serverName == "mx1.example.net")
    }

    @Test func `the name known for the address goes before that in the greeting`() async {
        let world = World()
        world.server.handshake = .completes
        world.gate.firstServerName = "MX9.example.org"
        world.sayMessage()
        await world.run()
        #expect(world.server.serverNames == ["mx9.example.org"])
    }

    @Test func `a server that refuses STARTTLS is used in clear and the policy learns why`() async {
        let world = World()
        world.server.handshake = .completes
        world.server.on("STARTTLS", "454 4.7.0 TLS not available")
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.gate.requests.first?.leg.tls == .refused(code: 454, text: "4.7.0 TLS not available"))
        #expect(world.dialled == 1)
    }

    @Test func `a 421 in answer to STARTTLS is relayed`() async {
        let world = World()
        world.server.handshake = .completes
        world.server.on("STARTTLS", .replyAndClose("421 4.3.2 closing"))
        world.sayMessage()
        await world.run()
        #expect(world.replies == ["220 mx1.example.net ESMTP", "421 4.3.2 closing"])
        #expect(world.dialled == 1)
    }

    @Test(arguments: chunkSizes)
    func `after a failed handshake the server is dialled once more in clear and the reason is kept`(chunk: Int) async {
        let first = ScriptedServer()
        first.handshake = .fails(alert)
        let second = ScriptedServer()
        second.handshake = .completes
        let world = World(chunk: chunk, .server(first), .server(second))
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(first.lines == ["EHLO client.example", "STARTTLS", "TLS"])
        #expect(first.closing == .aborted)
        #expect(second.lines.first == "EHLO client.example")
        #expect(!second.lines.contains("STARTTLS"))
        #expect(world.gate.requests.map(\.leg.tls) == [.failed(alert)])
    }

    @Test(arguments: [
        TLSFailure(kind: .remoteAlert, alert: 112, detail: "remote alert 112 unrecognized_name"),
        TLSFailure(kind: .remoteAlert, alert: 40, detail: "remote alert 40 handshake_failure"),
        TLSFailure(kind: .remoteAlert, alert: 49, detail: "remote alert 49 access_denied"),
        TLSFailure(kind: .remoteAlert, alert: 80, detail: "remote alert 80 internal_error"),
        TLSFailure(kind: .closed, detail: "connection ended during the TLS handshake"),
    ])
    func `a server that does not serve the guessed name is asked without one`(failure: TLSFailure) async {
        let first = ScriptedServer()
        first.handshake = .fails(failure)
        let second = ScriptedServer()
        second.handshake = .completes
        let world = World(.server(first), .server(second))
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(first.serverNames == ["mx1.example.net"])
        #expect(second.serverNames == [nil])
        #expect(world.gate.requests.map(\.leg.tls) == [.established(.modern)])
    }

    @Test func `a server that fails without a name too is left in clear`() async {
        let unrecognized = TLSFailure(kind: .remoteAlert, alert: 112, detail: "remote alert 112 unrecognized_name")
        let servers = (0..<3).map { _ in ScriptedServer() }
        servers[0].handshake = .fails(unrecognized)
        servers[1].handshake = .fails(alert)
        servers[2].handshake = .completes
        let world = World(.server(servers[0]), .server(servers[1]), .server(servers[2]))
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(!servers[2].lines.contains("STARTTLS"))
        #expect(world.gate.requests.map(\.leg.tls) == [.failed(alert)])
    }

    @Test func `when the dial in clear fails too the session ends`() async {
        let first = ScriptedServer()
        first.handshake = .fails(alert)
        let world = World(.server(first), .refused("connection refused"))
        world.sayMessage()
        await world.run()
        #expect(world.replies == ["220 mx1.example.net ESMTP", "421 4.4.1 203.0.113.25: connection refused"])
        #expect(world.dialled == 2)
    }

    @Test func `when the server in clear wants neither EHLO nor HELO its connection is closed`() async {
        let first = ScriptedServer()
        first.handshake = .fails(alert)
        let second = ScriptedServer()
        second.on("EHLO", "450 4.7.1 later")
        second.on("HELO", "450 4.7.1 later")
        let world = World(.server(first), .server(second))
        world.sayMessage()
        await world.run()
        #expect(world.replies.last == "450 4.7.1 later")
        #expect(second.closing == .aborted)
    }

    @Test func `a server that stalls on the way to a leg in clear does not keep the client waiting for minutes`() async {
        let first = ScriptedServer()
        first.handshake = .fails(alert)
        let second = ScriptedServer()
        second.isSilent = true
        let world = World(.server(first), .server(second))
        world.sayHello()
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for the greeting")
        #expect(world.elapsed == .seconds(130))
    }

    @Test func `TLS that breaks at the first command counts as a failed handshake`() async {
        // TLS 1.3: the server may refuse after the client holds the handshake to be complete (RFC 8446 4.6.2).
        let first = ScriptedServer()
        first.handshake = .completes
        let second = ScriptedServer()
        let world = World(.server(first), .server(second))
        world.sayMessage()
        first.onTLS = { [unowned first] in first.stream.fail(.tls(alert)) }
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.gate.requests.map(\.leg.tls) == [.failed(alert)])
    }

    @Test(arguments: chunkSizes.filter { $0 > 500 }, ["250-injected\r\n250 X", "250 2.1.0 ok", "2"])
    func `octets behind the reply to STARTTLS are not read as if they had come through TLS`(chunk: Int, injected: String) async {
        let first = ScriptedServer()
        first.handshake = .completes
        first.on("STARTTLS", "220 go\r\n\(injected)")
        let second = ScriptedServer()
        let world = World(chunk: chunk, .server(first), .server(second))
        world.sayMessage()
        await world.run()
        #expect(!first.lines.contains("TLS"))
        #expect(first.closing == .aborted)
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        guard case .failed(let failure)? = world.gate.requests.first?.leg.tls else {
            Issue.record("the failure was forgotten")
            return
        }
        #expect(failure.detail.hasPrefix("starttls-buffer-not-empty"))
    }

    @Test func `a handshake that failed is held against the leg by the policy`() async {
        let first = ScriptedServer()
        first.handshake = .fails(alert)
        let world = World(.server(first), .server(ScriptedServer()))
        world.gate.answer = { request in
            if case .failed = request.leg.tls { return .verdict(.deferring()) }
            return .verdict(.accepting())
        }
        world.sayHello()
        world.sayGroup(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 554, 221])
        #expect(world.servers.last?.commands("MAIL") == [])
    }
}
