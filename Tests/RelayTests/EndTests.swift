import Testing

@testable import Relay

@Suite struct EndTests {
    @Test(arguments: chunkSizes)
    func `RSET is ours until MAIL was sent, then the server's`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.on("RSET", "250 2.0.0 flushed by the server")
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example>", "RSET")
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "RSET", "RSET", "QUIT")
        await world.run()
        #expect(
            world.replies.dropFirst(2) == [
                "250 2.1.0 Ok", "250 2.0.0 Ok", "250 2.1.0 Ok", "250 2.1.5 recipient ok", "250 2.0.0 flushed by the server", "250 2.0.0 Ok",
                "221 2.0.0 Bye",
            ])
        #expect(world.server.commands("RSET").count == 1)
        #expect(world.journal.transactions.map(\.outcome) == [.reset, .reset])
    }

    @Test(arguments: chunkSizes)
    func `pipelined RSET and the transaction behind it are answered in order`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.on("RSET", "250 2.0.0 flushed by the server")
        world.server.on("RCPT TO:<c", "250 2.1.5 second")
        world.sayHello()
        world.say(
            "MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRSET\r\nMAIL FROM:<a@client.example>\r\nHELP\r\n"
                + "RCPT TO:<c@example.net>\r\nVRFY x\r\nRSET\r\nQUIT\r\n")
        await world.run()
        #expect(
            world.replies.dropFirst(2) == [
                "250 2.1.0 Ok", "250 2.1.5 recipient ok", "250 2.0.0 flushed by the server", "250 2.1.0 Ok",
                "214 2.0.0 Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT", "250 2.1.5 second",
                "252 2.5.2 Cannot verify; send the message and see", "250 2.0.0 flushed by the server", "221 2.0.0 Bye",
            ])
    }

    @Test func `QUIT behind a group waits for the answers before it`() async {
        let world = World()
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.net", then: "RSET\r\nQUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 250, 221])
        #expect(world.server.lines.last == "QUIT")
    }

    @Test func `a server that does not answer QUIT is left after two seconds`() async {
        let world = World()
        world.server.on("QUIT", .silence)
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 221])
        #expect(world.elapsed == .seconds(2))
    }

    // MARK: 421

    @Test(arguments: ["RCPT", "DATA", ".", "NOOP", "RSET", "MAIL", "BDAT"])
    func `a 421 in answer to a command is relayed once and ends the session`(command: String) async {
        let world = World()
        world.server.on(command, .replyAndClose("421 4.3.2 shutting down"))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        switch command {
        case "NOOP", "RSET": world.say(lines: command)
        case "BDAT": world.say("BDAT 3\r\nabc")
        default: world.say(lines: "DATA", ".")
        }
        await world.run()
        #expect(world.replies.last == "421 4.3.2 shutting down")
        #expect(world.codes.filter { $0 == 421 }.count == 1)
        #expect(world.journal.closed?.reason == "server closed the session with 421")
        #expect(world.server.commands("QUIT") == [])
    }

    @Test(arguments: ["RCPT", "DATA", ".", "BDAT", "BDAT 3 LAST"])
    func `a 421 refuses the message that it answers, and aborts a transaction before one`(command: String) async {
        let world = World()
        world.server.on(command, .replyAndClose("421 4.3.2 shutting down"))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        if command.hasPrefix("BDAT") { world.say("BDAT 3\(command.dropFirst(6))\r\nabc") } else { world.say(lines: "DATA", ".") }
        await world.run()
        #expect(world.journal.transactions.map(\.outcome) == [command == "RCPT" ? .aborted : .refused])
        #expect(world.journal.transactions.map(\.reply) == [command == "RCPT" ? nil : "421 4.3.2 shutting down"])
    }

    @Test func `a 421 to a RSET of our own is relayed`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.server.on("RSET", .replyAndClose("421 4.3.2 shutting down"))
        world.sayHello()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 421])
        #expect(world.replies.last == "421 4.3.2 shutting down")
    }

    @Test(arguments: chunkSizes)
    func `a 421 that nobody asked for is relayed`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.sayHello()
        world.then { [unowned world] in
            world.server.say("421 4.4.2 timeout")
            world.server.stream.say(end: .closed)
        }
        await world.run()
        #expect(world.replies.suffix(1) == ["421 4.4.2 timeout"])
    }

    @Test(arguments: ["250 2.0.0 ok", "354 go", "554 5.0.0 no"])
    func `any other reply that nobody asked for ends the session`(text: String) async {
        let world = World()
        world.sayHello()
        world.then { [unowned world] in
            world.server.say(text)
        }
        world.sayEnvelope(to: "b@example.net")
        await world.run()
        #expect(world.codes == [220, 250, 421])
        #expect(world.server.closing == .aborted)
        #expect(world.gate.requests.isEmpty)
    }

    @Test func `a reply that was there before its command is not taken for the answer`() async {
        let world = World()
        world.gate.whileJudging = { [unowned world] in
            world.server.say("250 2.1.0 ok")
            _ = world.server.stream.deliver(atMost: 1000)
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        await world.run()
        #expect(world.codes == [220, 250, 250, 421])
        #expect(world.server.commands("MAIL") == [])
    }

    // MARK: The client goes away

    @Test(arguments: 0...5)
    func `a client that goes away ends both sides in order`(turns: Int) async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "NOOP", "RSET")
        world.turns = world.turns.prefix(turns) + [.end]
        await world.run()
        #expect(world.codes.count == turns + 1)
        #expect(world.server.lines.last == "QUIT")
        #expect(world.journal.closed?.reason == "client closed the connection")
    }

    @Test(arguments: ["EHLO", "RCPT", "DATA", "NOOP", "BDAT"])
    func `a client that goes away while the server thinks is not waited for`(command: String) async {
        let world = World()
        world.server.on(command, .silence)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        switch command {
        case "EHLO", "RCPT": world.turns = world.turns.prefix(command == "EHLO" ? 1 : 3) + []
        case "BDAT": world.say("BDAT 3\r\nabc")
        default: world.say(lines: command)
        }
        world.turns.append(.end)
        await world.run()
        #expect(world.journal.closed?.reason == "client closed the connection")
        #expect(world.elapsed <= .seconds(2))
        #expect(world.server.messages == [])
        // Behind a DATA that may still be answered with 354, QUIT would be message data.
        if command == "DATA" || command == "BDAT" { #expect(world.server.commands("QUIT") == []) }
    }

    @Test func `a client that went away before the greeting`() async {
        let world = World()
        world.server.isSilent = true
        world.turns.append(.end)
        await world.run()
        #expect(world.replies == [])
        #expect(world.server.closing == .aborted)
        #expect(world.journal.closed?.reason == "client closed the connection")
    }

    // MARK: Time

    @Test func `an idle client is told so`() async {
        let world = World()
        world.sayHello()
        await world.run()
        #expect(world.replies.last == "421 4.4.2 Timed out waiting for you")
        #expect(world.elapsed == .seconds(300))
        #expect(world.server.lines.last == "QUIT")
    }

    @Test func `a server that does not answer is named`() async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.sayHello()
        world.sayGroup(to: "b@example.net")
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for a reply")
        #expect(world.elapsed == .seconds(300))
    }

    @Test func `a slow server's time is not the client's`() async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.settings.timeouts.command = .seconds(300)
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<c@example.net>\r\n")
        for reply in ["250 first", "250 second"] {
            world.then { [unowned world] in
                world.pass(.seconds(250))
                world.server.say(reply)
            }
        }
        world.then { [unowned world] in
            world.pass(.seconds(250))
            world.client.say(octets("QUIT\r\n"))
        }
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 221])
    }

    @Test func `a server that answers late and then no more is waited for without haste`() async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<c@example.net>\r\n")
        world.then { [unowned world] in
            world.pass(.seconds(250))
            world.server.say("250 first")
        }
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for a reply")
        #expect(world.elapsed == .seconds(550))
    }

    // MARK: Draining

    @Test func `when the daemon stops an idle session ends`() async {
        let world = World()
        world.sayHello()
        world.then { [unowned world] in
            world.shared.startDraining()
        }
        await world.run()
        #expect(world.replies.last == "421 4.3.2 Weft is stopping; try again")
        #expect(world.server.lines.last == "QUIT")
        #expect(world.elapsed == .zero)
    }

    @Test func `when the daemon stops a running message is finished first`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.then { [unowned world] in
            world.shared.startDraining()
        }
        world.say(lines: "RCPT TO:<c@example.net>", "DATA", "x\r\n.")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 354, 250, 421])
        #expect(world.server.messages.count == 1)
        #expect(world.server.lines.last == "QUIT")
    }

    @Test func `when the daemon stops a transaction without a recipient is not begun`() async {
        let world = World()
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example>")
        world.then { [unowned world] in
            world.shared.startDraining()
        }
        world.say(lines: "RCPT TO:<b@example.net>")
        await world.run()
        #expect(world.codes == [220, 250, 250, 421])
        #expect(world.gate.requests.isEmpty)
    }

    @Test func `when the daemon stops after a refused message the session ends`() async {
        let world = World()
        world.server.on(".", "554 5.6.0 no")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", "x\r\n.")
        world.then { [unowned world] in
            world.shared.startDraining()
        }
        await world.run()
        #expect(world.replies.last == "421 4.3.2 Weft is stopping; try again")
        #expect(world.elapsed == .zero)
    }
}
