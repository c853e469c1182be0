import Basics
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

    /// A server whose TLS breaks at a command, and which works in clear.
    private func breaking(at command: String, _ act: ScriptedServer.Act = .close) -> ScriptedServer {
        let server = secured()
        server.onTLS = { [unowned server] in server.on(command, act) }
        return server
    }

    @Test func `where EHLO is not answered the session goes on in clear`() async {
        let world = World(.server(breaking(at: "EHLO")), .server(breaking(at: "EHLO")), .server(ScriptedServer()))
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        let detail = Self.failure(in: world)
        #expect(detail == "TLS broke after the handshake: connection closed")
    }

    @Test(arguments: ["MAIL", "RCPT", "DATA", "."], [true, false])
    func `once is no reason to go in clear`(command: String, isSilent: Bool) async {
        let world = await broken(at: command, isSilent ? .silence : .close)
        #expect(world.codes.contains { $0 / 100 == 4 })
        let next = next(after: world)
        await next.run()
        #expect(next.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(next.server.lines.contains("STARTTLS"))
        let third = self.next(after: next)
        await third.run()
        #expect(third.server.lines.contains("STARTTLS"))
    }

    @Test func `where it breaks again at MAIL the session goes on in clear, with the reason`() async {
        let world = await broken(at: "MAIL", .close)
        let next = World(shared: world.shared, .server(breaking(at: "MAIL")), .server(ScriptedServer()))
        next.pass(world.elapsed + .minutes(5))
        next.sayMessage()
        await next.run()
        #expect(next.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(next.servers.last?.commands("MAIL").count == 1)
        #expect(next.servers.last?.lines.contains("STARTTLS") == false)
        #expect(next.gate.requests.count == 2)
    }

    @Test(arguments: ["RCPT", "DATA", "."], [true, false])
    func `where it breaks again the next session goes in clear, with the reason`(command: String, isSilent: Bool) async {
        let world = await broken(at: command, isSilent ? .silence : .close)
        let second = World(shared: world.shared, .server(breaking(at: command, isSilent ? .silence : .close)))
        second.pass(world.elapsed + .minutes(5))
        second.sayMessage()
        await second.run()
        #expect(second.codes.contains { $0 / 100 == 4 })
        let next = next(after: second)
        await next.run()
        #expect(next.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(!next.server.lines.contains("STARTTLS"))
        #expect(Self.failure(in: next)?.hasPrefix("TLS broke after the handshake lately: ") == true)
    }

    @Test func `connections that break at the same time are one reason`() throws {
        let memory = BrokenTLS()
        let address = try #require(IPAddress("203.0.113.25"))
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        memory.note("closed", at: address, secured: start - .seconds(20), now: start)
        memory.note("closed", at: address, secured: start - .seconds(10), now: start + .seconds(1))
        #expect(memory.failure(at: address, now: start + .seconds(1)) == nil)
        #expect(memory.isSuspect(address, now: start + .seconds(1)))
        memory.note("closed", at: address, secured: start + .seconds(2), now: start + .seconds(3))
        #expect(memory.failure(at: address, now: start + .seconds(3)) != nil)
    }

    private static func failure(in world: World) -> String? {
        guard case .failed(let failure) = world.gate.requests.first?.leg.tls else { return nil }
        return failure.detail
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
