import Basics
import Policy
import Records
import TLS
import TestSupport
import Testing

@testable import Relay

@Suite struct RouteTests {
    private func world(_ demand: RoutePolicy.Demand, level: SecurityLevel) -> World {
        let world = World()
        world.server.handshake = .completes
        world.server.keywords = ["SIZE 1000000", "AUTH PLAIN LOGIN"]
        world.settings.routes = [
            .init(network: IPNetwork("203.0.113.0/24")!, policy: RoutePolicy(host: "elsewhere.example.net", demand: .verify)),
            .init(network: IPNetwork("203.0.113.25")!, policy: RoutePolicy(host: "relay.example.net", demand: demand)),
        ]
        world.gate.answer = { _ in .verdict(.accepting(.route, level: level)) }
        return world
    }

    @Test func `the server is asked for the route's name, and the policy is asked about the route`() async {
        let world = world(.verify, level: .routeVerified)
        world.sayMessage()
        await world.run()
        #expect(world.server.serverNames == ["relay.example.net"])
        #expect(world.gate.requests.allSatisfy { $0.route == RoutePolicy(host: "relay.example.net", demand: .verify) })
    }

    @Test func `AUTH is offered and passed on when the server has proven itself, and nothing of it is recorded`() async {
        let world = world(.verify, level: .routeVerified)
        world.server.on("AUTH", .reply("334 VXNlcm5hbWU6"))
        world.server.on("dXNlcg==", .reply("334 UGFzc3dvcmQ6"))
        world.server.on("c2VjcmV0", .reply("235 2.7.0 welcome"))
        world.say(lines: "EHLO client.example", "AUTH LOGIN", "dXNlcg==", "c2VjcmV0", "AUTH LOGIN", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 334, 334, 235, 503, 221])
        #expect(world.replies[1].contains("AUTH PLAIN LOGIN"))
        #expect(world.server.lines.contains("c2VjcmV0"))
        #expect(!world.journal.transcript.contains { $0.contains("c2VjcmV0") || $0.contains("dXNlcg==") })
    }

    @Test(arguments: [(RoutePolicy.Demand.verify, SecurityLevel.unauthenticated), (.none, .unauthenticated)])
    func `AUTH is neither offered nor passed on towards a server that has not`(demand: RoutePolicy.Demand, level: SecurityLevel) async {
        let world = world(demand, level: level)
        world.say(lines: "EHLO client.example", "AUTH PLAIN c2VjcmV0", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 502, 221])
        #expect(!world.replies[1].contains("AUTH"))
        #expect(!world.server.lines.contains { $0.hasPrefix("AUTH") })
    }

    @Test func `an authenticated session is not carried on over another leg`() async {
        let world = world(.verify, level: .routeVerified)
        world.server.on("AUTH", .reply("235 2.7.0 welcome"))
        world.say(lines: "EHLO client.example", "AUTH PLAIN c2VjcmV0")
        world.then { [server = world.server] in server.stream.say(end: .closed) }
        world.say(lines: "MAIL FROM:<a@client.example>", "RCPT TO:<b@example.net>")
        await world.run()
        #expect(world.codes == [220, 250, 235, 250, 421])
        #expect(world.dialled == 1)
    }
}
