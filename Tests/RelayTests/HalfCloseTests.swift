import Records
import TestSupport
import Testing

@testable import Relay

/// The client's end of input is not the end of the session: what it asked for before is done and answered, then the server is told QUIT.
/// Exim sends the dot, QUIT and its FIN together.
@Suite struct HalfCloseTests {
    /// A session whose last words come with the end of the client's input.
    private func world(chunk: Int, _ last: String) -> World {
        let world = World(chunk: chunk)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(last)
        world.turns.append(.endOfInput)
        return world
    }

    @Test(arguments: chunkSizes, ["QUIT\r\n", ""])
    func `the dot and the end together are answered, and the message is not lost`(chunk: Int, quit: String) async {
        let world = world(chunk: chunk, "DATA\r\n")
        world.turns.removeLast()
        world.say("x\r\n.\r\n\(quit)")
        world.turns.append(.endOfInput)
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250] + (quit.isEmpty ? [] : [221]))
        #expect(world.server.messages.count == 1)
        #expect(world.server.lines.last == "QUIT")
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
        #expect(world.journal.transactions.first?.reply != nil)
    }

    @Test(arguments: chunkSizes)
    func `a chunk and the end together are answered`(chunk: Int) async {
        let world = world(chunk: chunk, "BDAT 3 LAST\r\nabcQUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 221])
        #expect(world.server.chunks == [octets("abc")])
    }

    @Test(arguments: ["NOOP", "RSET", "RCPT TO:<c@example.net>", "BDAT 3"])
    func `what is asked with the last words is answered, however slow the server`(command: String) async {
        let world = World()
        world.server.on(command, .silence)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say("\(command)\r\n\(command == "BDAT 3" ? "abc" : "")")
        world.turns.append(.endOfInput)
        world.then { [unowned world] in
            world.pass(.seconds(250))
            world.server.say("250 2.0.0 at last")
        }
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250])
        #expect(world.replies.last == "250 2.0.0 at last")
        #expect(world.server.lines.last == "QUIT")
    }

    @Test func `pipelined recipients are answered`() async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<c@example.net>\r\n")
        world.turns.append(.endOfInput)
        for reply in ["250 first", "550 second"] { world.then { [unowned world] in world.server.say(reply) } }
        await world.run()
        #expect(world.replies.suffix(2) == ["250 first", "550 second"])
        #expect(world.server.lines.last == "QUIT")
        #expect(world.journal.closed?.reason == "client closed the connection")
    }

    @Test(arguments: ["x\r\n", "x\r\n.", "x\r\n.\r"])
    func `an end within the message closes the leg without the dot`(text: String) async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA")
        world.say(text)
        world.turns.append(.endOfInput)
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354])
        #expect(world.server.messages.isEmpty)
        #expect(world.server.closing == .aborted)
        #expect(world.journal.transactions.map(\.outcome) == [.aborted])
    }

    @Test func `a client that asked for nothing is not kept waiting for the greeting`() async {
        let world = World()
        world.server.isSilent = true
        world.turns.append(.endOfInput)
        await world.run()
        #expect(world.elapsed == .zero)
    }

    // MARK: A client that is gone for good

    @Test func `a client that is gone before the dot was passed on gets no copy delivered`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA")
        world.server.stream.window = 0
        world.say("x\r\n.\r\n")
        world.turns.append(.end)
        await world.run()
        #expect(world.server.messages.isEmpty)
        #expect(world.journal.transactions.map(\.outcome) == [.aborted])
    }

    @Test func `the journal does not say that a reply was given which nobody could get`() async {
        let world = World()
        world.server.on(".", .silence)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", "x\r\n.")
        world.turns.append(.end)
        world.then { [unowned world] in world.server.say("250 2.0.0 queued") }
        await world.run()
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
        #expect(world.journal.transactions.map(\.reply) == [nil])
        #expect(world.journal.transactions.map(\.serverReply) == ["250 2.0.0 queued"])
        #expect(!world.journal.transcript.contains("<| 250 2.0.0 queued"))
        #expect(world.journal.transcript.contains("-- nobody is there to be told: 250 2.0.0 queued"))
    }
}
