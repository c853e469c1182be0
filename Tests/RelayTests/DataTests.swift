import Testing

@testable import Relay

@Suite struct DataTests {
    /// A session up to the 354.
    private func world(chunk: Int = 1000, _ dials: World.Dial...) -> World {
        let world = World(chunk: chunk)
        if !dials.isEmpty { world.dials += dials }
        world.sayHello()
        world.sayGroup(to: "b@example.net")
        return world
    }

    private static let binary = (0...255).map { UInt8($0) }.filter { $0 != 0x0d && $0 != 0x0a }

    @Test(arguments: chunkSizes)
    func `message data passes octet for octet`(chunk: Int) async {
        let message = octets("..dot\r\n.x\r\n\r\n a\nb\rc \r\r\n") + Self.binary + octets("\r\n")
        let world = world(chunk: chunk)
        world.turns.append(.say(message + octets(".\r\n")))
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.messages == [message])
        #expect(world.journal.transactions.first?.bytes == message.count + 3)
    }

    @Test(arguments: chunkSizes)
    func `commands behind the final dot are the next transaction's`(chunk: Int) async {
        let world = world(chunk: chunk)
        world.say("one\r\n.\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<c@example.net>\r\nDATA\r\n")
        world.say("two\r\n.\r\nQUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 250, 250, 354, 250, 221])
        #expect(world.server.messages == [octets("one\r\n"), octets("two\r\n")])
    }

    @Test func `an empty message is a message`() async {
        let world = world()
        world.say(".\r\nQUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.messages == [[]])
    }

    @Test func `without an accepted recipient there is no DATA`() async {
        let world = World()
        world.server.on("RCPT", "550 5.1.1 unknown")
        world.sayHello()
        world.sayGroup(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies[3...] == ["550 5.1.1 unknown", "554 5.5.1 No valid recipients", "221 2.0.0 Bye"])
        #expect(world.server.commands("DATA") == [])
        #expect(world.journal.transactions.map(\.outcome) == [.refused])
    }

    @Test(arguments: [
        ("451 4.3.0 later", "451 4.3.0 later"), ("554 5.5.0 no", "554 5.5.0 no"), ("250 ok", "451 4.5.0 Unexpected answer to DATA: 250 ok"),
        ("334 x", "451 4.5.0 Unexpected answer to DATA: 334 x"),
    ])
    func `what the server says to DATA is relayed, and only its 354 as one`(answer: String, reply: String) async {
        let world = world()
        world.server.on("DATA", answer)
        world.say(lines: "RSET")
        world.sayGroup(to: "c@example.net", then: "NOOP")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies[4] == reply)
        #expect(world.codes.dropFirst(5) == [250, 250, 250, 250, 221])
        #expect(world.server.messages == [])
        #expect(world.server.lines.dropFirst(4).prefix(2) == ["RSET", "MAIL FROM:<a@client.example>"])
    }

    @Test func `after a refused DATA a new transaction begins with RSET`() async {
        let world = world()
        world.server.on("DATA", "451 4.3.0 later")
        world.sayGroup(to: "c@example.net", then: "NOOP")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 250, 250, 250, 221])
        #expect(world.server.lines.dropFirst(4).prefix(2) == ["RSET", "MAIL FROM:<a@client.example>"])
    }

    @Test(arguments: [true, false])
    func `data before the 354 closes the session and none of it is run`(hasRecipient: Bool) async {
        let world = World()
        if !hasRecipient { world.gate.answer = { _ in .verdict(.deferring()) } }
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\nMAIL FROM:<x@client.example>\r\n.\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, hasRecipient ? 250 : 451, 554, 421])
        #expect(world.replies[4] == "554 5.5.0 Data before the answer to DATA")
        #expect(world.server.commands("DATA") == [])
        #expect(world.server.commands("MAIL").count == (hasRecipient ? 1 : 0))
    }

    @Test func `data that comes while the server thinks about DATA closes the session`() async {
        let world = world()
        world.server.on("DATA", .silence)
        world.say("text\r\n.\r\n")
        world.then { [unowned world] in
            world.server.say("354 send it")
        }
        await world.run()
        #expect(world.replies.suffix(2) == ["554 5.5.0 Data before the answer to DATA", "421 4.7.0 Closing after protocol errors"])
        #expect(world.server.closing == .aborted)
        #expect(world.server.data == [])
    }

    // MARK: Smuggling

    @Test(
        arguments: chunkSizes,
        ["a\n.\r\n", "a\n.\n", "a\r\n.\n", "a\r\n.\r", "a\r.\r\n", ".\n", "\n.\r\nMAIL FROM:<x@y>\r\nRCPT TO:<z@y>\r\nDATA\r\n"])
    func `a smuggled end of data is never passed on`(chunk: Int, sequence: String) async {
        let second = ScriptedServer()
        let world = world(chunk: chunk, .server(second))
        world.say("text\r\n\(sequence)more\r\n.\r\n")
        world.sayEnvelope(to: "c@example.net")
        world.say(lines: "DATA", "two\r\n.", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 550, 250, 250, 354, 250, 221])
        #expect(world.replies[5].hasPrefix("550 5.6.0 Message refused: a bare CR or LF "))
        #expect(world.server.messages == [])
        #expect(!world.server.data.contains(UInt8(ascii: ".")))
        #expect(!world.server.data.contains(UInt8(ascii: "m")), "data behind the smuggled end was sent")
        #expect(world.server.closing == .aborted)
        #expect(second.messages == [octets("two\r\n")])
        #expect(world.gate.requests.count == 2)
        #expect(world.journal.transactions.map(\.outcome) == [.refused, .delivered])
    }

    @Test func `the refusal of smuggled data comes only after the true end`() async {
        let world = world()
        world.say("a\n.\r\n")
        world.then { [unowned world] in
            #expect(world.codes == [220, 250, 250, 250, 354])
        }
        world.say("more\r\n.\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 550, 221])
    }

    // MARK: A peer goes away

    @Test(arguments: ["", "a", "a\r\n", "a\r\n.", "a\r\n.\r"])
    func `a client that goes away within the data leaves no message`(text: String) async {
        let world = world()
        world.say(text)
        world.turns.append(.end)
        await world.run()
        #expect(world.server.messages == [])
        #expect(world.server.closing == .aborted)
        #expect(world.server.commands("QUIT") == [])
        #expect(world.journal.closed?.reason == "client closed the connection")
        #expect(world.journal.transactions.map(\.outcome) == [.aborted])
    }

    @Test func `a server that goes away within the data is answered for after the data`() async {
        let second = ScriptedServer()
        let world = world(.server(second))
        world.say("some text\r\n")
        world.then { [unowned world] in
            world.server.stream.fail(.failed("connection reset by peer"))
        }
        world.then { [unowned world] in
            #expect(world.codes == [220, 250, 250, 250, 354])
        }
        world.say("more\r\n.\r\n")
        world.sayEnvelope(to: "c@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 451, 250, 250, 221])
        #expect(world.replies[5] == "451 4.4.2 203.0.113.25: connection reset by peer")
        #expect(second.commands("RCPT").count == 1)
    }

    @Test(arguments: [("552 5.3.4 too big", "552 5.3.4 too big"), ("450 4.2.0 full", "450 4.2.0 full"), ("250 2.0.0 done", "451 4.4.2")])
    func `what a server says before it goes away within the data is relayed unless it is good news`(last: String, reply: String) async {
        let world = world()
        world.say("some text\r\n")
        world.then { [unowned world] in
            world.server.say(last)
            world.server.stream.say(end: .closed)
        }
        world.say("more\r\n.\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes.count == 7)
        #expect(world.replies[5].hasPrefix(reply))
    }

    @Test func `a 421 within the data is relayed after the data and ends the session`() async {
        let world = world()
        world.say("some text\r\n")
        world.then { [unowned world] in
            world.server.say("421 4.3.2 shutting down")
            world.server.stream.say(end: .closed)
        }
        world.say("more\r\n.\r\n")
        await world.run()
        #expect(world.replies.suffix(2) == ["354 send it", "421 4.3.2 shutting down"])
    }

    @Test(arguments: [true, false])
    func `a message without the server's final word is deferred`(closes: Bool) async {
        let world = world()
        world.server.on(".", closes ? .close : .silence)
        world.say("text\r\n.\r\n")
        if !closes { world.turns.append(.idle) }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 451, 221])
        #expect(
            world.replies[5] == "451 4.4.2 203.0.113.25: "
                + (closes ? "connection closed" : "timed out waiting for the reply to the message"))
        #expect(world.server.closing == .aborted)
    }

    @Test func `a final reply that makes no sense defers the message`() async {
        let world = world()
        world.server.on(".", "354 more")
        world.say("text\r\n.\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies[5] == "451 4.5.0 Unexpected answer to the message: 354 more")
        #expect(world.journal.transactions.map(\.outcome) == [.refused])
    }

    @Test func `the server's word on a message is waited for when the client has gone, and recorded`() async {
        let world = world()
        world.server.on(".", .silence)
        world.say("text\r\n.\r\n")
        world.turns.append(.end)
        world.turns.append(.idle)
        world.server.on(".", .reply("250 2.0.0 queued"))
        await world.run()
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
    }

    @Test func `a client that stops within the data is timed out and leaves no message`() async {
        let world = world()
        world.say("some text\r\n")
        await world.run()
        #expect(world.replies.last == "421 4.4.2 Timed out waiting for you")
        #expect(world.server.closing == .aborted)
        #expect(world.elapsed == .seconds(600))
    }

    // MARK: Back-pressure

    @Test func `a server that does not read keeps the client's data from being taken`() async {
        let world = world()
        world.server.stream.window = 10_000
        let message = Array(repeating: octets("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"), count: 20_000).flatMap
        { $0 }
        world.turns.append(.say(message + octets(".\r\n")))
        world.then { [unowned world] in
            #expect(world.client.received < 100_000)
            #expect(world.client.consumed < 20_000)
            world.server.stream.window = .max
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.server.messages == [message])
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
    }

    @Test func `a server that never reads on is the one that timed out`() async {
        let world = world()
        world.server.stream.window = 100
        world.turns.append(.say(Array(repeating: UInt8(ascii: "a"), count: 200_000)))
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for the server to take data")
        #expect(world.server.closing == .aborted)
    }

    // MARK: A server that answers before it was asked

    @Test(arguments: chunkSizes, ["250 2.0.0 queued", "354 go on", "250-2.0.0 queued"])
    func `what the server says in the middle of the message is no answer to it`(chunk: Int, words: String) async {
        let world = World(chunk: chunk)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", "Subject: x")
        world.then { [unowned world] in world.server.say(words) }
        world.say(lines: "", "hello", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 451, 221])
        #expect(world.server.messages.isEmpty)
        #expect(world.server.closing == .aborted)
        #expect(world.journal.transactions.map(\.outcome) == [.refused])
    }

    @Test(arguments: ["552 5.3.4 too big", "451 4.3.0 disk full"])
    func `a server that refuses the message in its middle is believed`(words: String) async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", "Subject: x")
        world.then { [unowned world] in world.server.say(words) }
        world.say(lines: "", "hello", ".", "QUIT")
        await world.run()
        #expect(world.replies.suffix(2) == [words, "221 2.0.0 Bye"])
        #expect(world.server.messages.isEmpty)
    }

    @Test func `what the server says in the middle of a chunk is no answer to it`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say("BDAT 6 LAST\r\nabc")
        world.then { [unowned world] in world.server.say("250 2.0.0 queued") }
        world.say("defQUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 221])
        #expect(world.server.closing == .aborted)
    }
}
