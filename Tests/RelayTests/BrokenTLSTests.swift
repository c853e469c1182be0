import NIOCore
import Policy
import Records
import TLS
import TestSupport
import Testing

@testable import Relay

/// TLS that works in the handshake and breaks after it: an MTA goes in clear at its second attempt, and so does Weft where no policy forbids it.
@Suite struct BrokenTLSTests {
    private func secured() -> ScriptedServer {
        let server = ScriptedServer()
        server.handshake = .completes
        return server
    }

    /// A session whose server breaks in answer to a command.
    private func broken(at command: String, _ act: ScriptedServer.Act) async -> World {
        let world = World(.server(secured()))
        world.server.onTLS = { [unowned world] in world.server.on(command, act) }
        world.sayMessage()
        await world.run()
        return world
    }

    /// The next session of the relay.
    private func next(after world: World, _ dials: World.Dial..., in time: TimeAmount = .minutes(5)) -> World {
        let next = World(shared: world.shared, dials.first ?? .server(secured()))
        next.pass(world.elapsed + time)
        next.sayMessage()
        return next
    }

    @Test(arguments: ["EHLO", "MAIL", "RCPT", "DATA", "."], [true, false])
    func `the next session goes in clear, with the reason`(command: String, isSilent: Bool) async {
        let world = await broken(at: command, isSilent ? .silence : .close)
        #expect(world.codes.contains { $0 / 100 == 4 })
        let next = next(after: world)
        await next.run()
        #expect(next.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(!next.server.lines.contains("STARTTLS"))
        let tls = next.gate.requests.first?.leg.tls
        let detail = if case .failed(let failure) = tls { failure.detail } else { "\(String(describing: tls))" }
        #expect(detail.hasPrefix("TLS broke after the handshake lately: "))
    }

    @Test func `a policy that wants TLS has it tried`() async {
        let world = await broken(at: "MAIL", .close)
        let next = World(shared: world.shared, .server(secured()), .server(secured()))
        next.gate.answer = { request in
            request.leg.tls == .established(.modern)
                ? .verdict(.accepting(.dane, level: .daneVerified)) : .redial(serverName: "mx1.example.net")
        }
        next.sayMessage()
        await next.run()
        #expect(next.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(next.servers.last?.lines.contains("STARTTLS") == true)
    }

    @Test func `it is forgotten after a while`() async {
        let world = await broken(at: "MAIL", .close)
        let next = next(after: world, in: .minutes(31))
        await next.run()
        #expect(next.server.lines.contains("STARTTLS"))
        #expect(next.codes.count == 7)
    }

    @Test func `a leg that has served is no sign of it when it ends`() async {
        let world = World(.server(secured()))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.sayData()
        world.then { [unowned world] in world.server.on("MAIL", .close) }
        world.sayEnvelope(to: "b@example.net")
        await world.run()
        let next = next(after: world)
        await next.run()
        #expect(next.server.lines.contains("STARTTLS"))
    }
}
