import Basics
import NIOCore
import Policy
import Records
import TLS
import TestSupport
import Testing

@testable import Relay

/// The server's side of a session, without a client.
@Suite struct UpstreamTests {
    private func upstream(_ world: World, _ sink: @escaping ([TranscriptLine]) -> Void = { _ in }) throws -> Upstream {
        Upstream(
            destination: Endpoint(address: World.address, port: 25), settings: try RunningSettings(world.settings),
            network: ScriptedNetwork(world: world),
            policy: world.gate, clock: world, signal: world.signal, transcript: Transcript(clock: world, sink: sink), audience: nil)
    }

    private func secured() -> ScriptedServer {
        let server = ScriptedServer()
        server.handshake = .completes
        return server
    }

    @Test func `a server is dialled, secured and judged without a client and without mail`() async throws {
        let second = secured()
        let world = World(.server(secured()), .server(second))
        world.gate.answer = { request in
            request.leg.serverName == "mx2.example.net"
                ? .verdict(.accepting(.dane, level: .daneVerified)) : .redial(serverName: "mx2.example.net")
        }
        var lines: [TranscriptLine] = []
        let upstream = try upstream(world) { lines += $0 }
        #expect(try await upstream.open().text == "mx1.example.net ESMTP")
        _ = try await upstream.hello(as: "probe.example")
        var selection = LegSelection()
        let found = try await selection.run(
            for: LegClaim(domain: "example.net"), of: IdleClaimant(upstream: upstream), on: upstream)
        await upstream.end(mayQuit: true)
        #expect(found.verdict.level == .daneVerified)
        #expect(found.judgement.leg.triedServerNames == ["mx1.example.net", "mx2.example.net"])
        #expect(world.gate.requests.map(\.client) == [nil, nil])
        #expect(second.lines == ["EHLO probe.example", "STARTTLS", "TLS", "EHLO probe.example", "QUIT"])
        #expect(world.servers.allSatisfy { $0.closing != nil })
        #expect(upstream.received == world.servers.reduce(0) { $0 + $1.stream.received })
        upstream.transcript.handOver()
        #expect(lines.contains { $0.text == "dialling again with the name mx2.example.net" })
    }

    @Test func `each reply is known with what it answers and how long that took`() async throws {
        let world = World()
        let upstream = try upstream(world)
        _ = try await upstream.open()
        let leg = try await upstream.hello(as: "probe.example")
        world.server.onCommand = { [unowned world] _ in world.pass(.milliseconds(250)) }
        let reply = try await upstream.exchange("NOOP", .noop, on: leg)
        #expect(reply.phase == .noop)
        #expect(reply.code == 250)
        #expect(reply.enhancedStatus == "2.0.0")
        #expect(reply.text == "2.0.0 fine")
        #expect(reply.latency == .milliseconds(250))
    }

    @Test(arguments: [UpstreamReply.Phase.greeting, .ehlo, .startTLS, .noop, .idle])
    func `a server that closes is heard whatever it answers`(phase: UpstreamReply.Phase) async throws {
        let world = World(.server(secured()))
        let last = "421 4.3.2 shutting down"
        switch phase {
        case .greeting: world.server.greeting = last
        case .ehlo: world.server.on("EHLO", last)
        case .startTLS: world.server.on("STARTTLS", last)
        case .noop: world.server.on("NOOP", last)
        default: break
        }
        let upstream = try upstream(world)
        await #expect {
            _ = try await upstream.open()
            let leg = try await upstream.hello(as: "probe.example")
            if phase == .idle {
                world.server.say(last)
                _ = world.server.stream.deliver(atMost: 1000)
                try upstream.checkIdleLeg(inUse: false)
            }
            _ = try await upstream.exchange("NOOP", .noop, on: leg)
        } throws: { error in
            guard case .closing(let reply)? = error as? LegError else { return false }
            return reply.phase == phase && reply.reply.description == last
        }
        await upstream.end(mayQuit: false)
        #expect(world.server.closing == .aborted)
        #expect(upstream.received == world.server.stream.received)
    }
}
