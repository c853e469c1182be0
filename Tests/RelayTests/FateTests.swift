import Policy
import Records
import TestSupport
import Testing

@testable import Relay

/// What the journal has of each recipient's end, next to what the server said and the client was told.
@Suite struct FateTests {
    private func world(_ verdict: Verdict = .accepting()) -> World {
        let world = World()
        world.gate.answer = { _ in .verdict(verdict) }
        world.sayHello()
        return world
    }

    private func fates(_ world: World) -> [String] {
        world.journal.transactions.flatMap(\.fates).map { "\($0.fate.rawValue) \($0.reply ?? "-")" }
    }

    @Test func `a message that the server takes is delivered to those it took`() async {
        let world = world()
        world.server.on("RCPT TO:<full@example.net>", "452 4.2.2 full")
        world.server.on("RCPT TO:<none@example.net>", "550 5.1.1 unknown")
        world.sayEnvelope(to: "b@example.net", "full@example.net", "none@example.net")
        world.sayData()
        world.say(lines: "QUIT")
        await world.run()
        #expect(fates(world) == ["delivered 250 2.1.5 recipient ok", "deferred 452 4.2.2 full", "refused 550 5.1.1 unknown"])
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
        #expect(world.journal.transactions.first?.serverReply == world.journal.transactions.first?.reply)
        let decisions = world.journal.decisions
        #expect(decisions.map(\.transaction) == [1, 1, 1])
        #expect(world.journal.transactions.flatMap(\.fates).map(\.decision) == decisions.map(\.id))
    }

    @Test(arguments: [("451 4.3.0 later", "deferred"), ("554 5.7.1 spam", "refused")])
    func `a message that the server refuses is refused for all`(answer: String, fate: String) async {
        let world = world()
        world.server.on(".", answer)
        world.sayEnvelope(to: "b@example.net", "c@example.net")
        world.sayData()
        world.say(lines: "QUIT")
        await world.run()
        #expect(fates(world) == ["\(fate) 250 2.1.5 recipient ok", "\(fate) 250 2.1.5 recipient ok"])
        #expect(world.journal.transactions.first?.serverReply == answer)
    }

    @Test func `a 5xx that the policy does not believe is kept as the server said it, and the recipient is deferred`() async {
        let world = world(.accepting(.sts, stsMode: .enforce, level: .unauthenticated))
        world.server.on("RCPT TO:<b@example.net>", "550 5.1.1 unknown")
        world.server.on(".", "554 5.7.1 spam")
        world.sayEnvelope(to: "b@example.net", "c@example.net")
        world.sayData()
        world.say(lines: "QUIT")
        await world.run()
        #expect(fates(world) == ["deferred 550 5.1.1 unknown", "deferred 250 2.1.5 recipient ok"])
        #expect(world.journal.transactions.first?.serverReply == "554 5.7.1 spam")
        #expect(world.journal.transactions.first?.reply?.hasPrefix("4") == true)
    }

    @Test func `a server's refusal of MAIL is what it said to each recipient`() async {
        let world = world()
        world.server.on("MAIL FROM:<a@client.example>", "550 5.7.1 not you")
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(fates(world) == ["refused 550 5.7.1 not you"])
    }

    @Test func `a leg lost after the message leaves its fate unknown`() async {
        let world = world()
        world.server.on(".", .close)
        world.sayEnvelope(to: "b@example.net")
        world.sayData()
        world.say(lines: "QUIT")
        await world.run()
        #expect(fates(world) == ["unknown 250 2.1.5 recipient ok"])
        #expect(world.journal.transactions.map(\.outcome) == [.unknown])
        #expect(world.codes.contains(451))
    }

    @Test func `a transaction that the client gives up is abandoned, and Weft's own refusals are the decision's alone`() async {
        let world = world()
        world.gate.answer = { $0.domain == "held.example" ? .verdict(.deferring()) : .verdict(.accepting()) }
        world.sayEnvelope(to: "b@example.net", "c@held.example")
        world.say(lines: "RSET", "QUIT")
        await world.run()
        #expect(fates(world) == ["abandoned 250 2.1.5 recipient ok"])
        #expect(world.journal.decisions.map(\.action) == [.accept, .defer])
    }
}
