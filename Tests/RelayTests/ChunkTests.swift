import Testing

@testable import Relay

@Suite struct ChunkTests {
    private func world(chunk: Int = 1000, _ dials: World.Dial...) -> World {
        let world = World(chunk: chunk)
        world.dials += dials
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        return world
    }

    @Test(arguments: chunkSizes)
    func `chunks pass octet for octet`(chunk: Int) async {
        let world = world(chunk: chunk)
        world.say("BDAT 11\r\na\n.\r\n\r\n.\r\nb", "BDAT 0\r\n", "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\nQUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 250, 250, 250, 221])
        #expect(world.server.chunks == [octets("a\n.\r\n\r\n.\r\nb"), [], octets("QUIT\r\n")])
        #expect(world.server.lines.suffix(2) == ["NOOP", "QUIT"])
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
        #expect(world.journal.transactions.first?.bytes == 17)
        #expect(world.journal.closed?.messages == 1)
    }

    @Test(arguments: chunkSizes)
    func `the octets of a chunk without a valid recipient are dropped, not run`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.gate.answer = { _ in .verdict(.deferring()) }
        world.say(lines: "BDAT 6 LAST\r\nNOOP")
        world.sayHello()
        world.say("BDAT 6 LAST\r\nNOOP\r\n")
        world.sayGroup(to: "b@example.net", then: "BDAT 6\r\nNOOP\r\nBDAT 6 LAST\r\nNOOP")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 503, 250, 503, 250, 451, 554, 554, 221])
        #expect(world.server.lines == ["EHLO client.example", "QUIT"])
    }

    @Test func `DATA may not follow BDAT`() async {
        let world = world()
        world.say("BDAT 3\r\nabc", "DATA\r\n", "BDAT 2 LAST\r\n\r\n", "QUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 503, 250, 221])
        #expect(world.server.chunks == [octets("abc"), octets("\r\n")])
        #expect(world.server.commands("DATA") == [])
    }

    @Test func `after a refused chunk the rest of the message is dropped`() async {
        let world = world()
        world.server.on("BDAT 3", "554 5.6.0 no")
        world.say("BDAT 3\r\nabc", "BDAT 6 LAST\r\nNOOP\r\n", "RSET\r\n")
        world.sayEnvelope(to: "c@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 554, 503, 250, 250, 250, 221])
        #expect(world.server.chunks == [octets("abc")])
        #expect(!world.server.lines.contains("NOOP"))
        #expect(world.journal.transactions.map(\.outcome) == [.refused, .reset])
    }

    @Test func `a client that says HELO has no BDAT`() async {
        let world = World()
        world.say(lines: "HELO client.example")
        world.sayEnvelope(to: "b@example.net")
        world.say("BDAT 6 LAST\r\nNOOP\r\n", "QUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 502, 221])
        #expect(world.server.lines.last == "QUIT")
        #expect(world.server.chunks == [])
    }

    @Test func `a leg dialled again that does not know BDAT never gets its octets, which it would run as commands`() async {
        let second = ScriptedServer()
        second.keywords = ["PIPELINING"]
        let world = World(.server(ScriptedServer()), .server(second))
        world.sayHello()
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
        }
        world.sayEnvelope(to: "b@example.net")
        world.say("BDAT 6 LAST\r\nEVIL\r\n", "EHLO client.example\r\n", "QUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 250, 221])
        #expect(world.replies[4] == "451 4.3.0 203.0.113.25 no longer offers CHUNKING; try again")
        #expect(!second.lines.contains { $0.hasPrefix("BDAT") || $0 == "EVIL" })
        #expect(world.shared.missingKeywords(at: World.address, now: world.now) == ["CHUNKING"])
    }

    @Test(arguments: ["BDAT", "BDAT x LAST", "BDAT -1", "BDAT 3 FIRST", "BDAT 123456789012345678901"])
    func `a BDAT whose size cannot be told ends the session`(line: String) async {
        let world = world()
        world.say("\(line)\r\nRCPT TO:<c@example.net>\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 501, 421])
        #expect(world.server.commands("RCPT").count == 1)
    }

    @Test func `a client that goes away within a chunk leaves no message`() async {
        let world = world()
        world.say("BDAT 10 LAST\r\nabc")
        world.turns.append(.end)
        await world.run()
        #expect(world.server.closing == .aborted)
        #expect(world.server.commands("QUIT") == [])
        #expect(world.journal.transactions.map(\.outcome) == [.aborted])
    }

    @Test func `a server that goes away within a chunk is answered for after the chunk`() async {
        let world = world()
        world.say("BDAT 10 LAST\r\nabc")
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
        }
        world.say("defghij", "QUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 221])
        #expect(world.replies[4] == "451 4.4.2 203.0.113.25: connection closed")
    }

    @Test func `the server's last word on a message in chunks is protected from distrust and from silence`() async {
        let world = world()
        world.server.on("BDAT", .silence)
        world.say("BDAT 3 LAST\r\nabc")
        world.turns.append(.idle)
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 221])
    }

    @Test func `chunks are taken no faster than the server reads`() async {
        let world = world()
        world.server.stream.window = 10_000
        let message = Array(repeating: UInt8(ascii: "x"), count: 1_000_000)
        world.turns.append(.say(octets("BDAT 1000000 LAST\r\n") + message))
        world.then { [unowned world] in
            #expect(world.client.received < 100_000)
            #expect(world.client.consumed < 20_000)
            world.server.stream.window = .max
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.server.chunks == [message])
        #expect(world.codes == [220, 250, 250, 250, 250, 221])
    }
}
