import Testing

@testable import Relay

/// Promise 8: every buffer, line and wait has a bound and a clear answer past it.
@Suite struct LimitTests {
    @Test(arguments: chunkSizes, [4094, 4095, 10_000])
    func `a line that is too long is answered once and the session goes on`(chunk: Int, length: Int) async {
        let world = World(chunk: chunk)
        world.sayHello()
        world.say(lines: "NOOP " + String(repeating: "a", count: length - 5), "RSET", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, length > 4094 ? 500 : 250, 250, 221])
    }

    @Test(arguments: ["RCPT TO:<b@example.net>\0", "R\u{1}CPT", "NOOP\r", "\0", ""])
    func `a line with controls is no command`(line: String) async {
        let world = World()
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example>", line, "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 500, 221])
        #expect(world.gate.requests.isEmpty)
    }

    @Test func `a line that ends with LF alone is no command`() async {
        let world = World()
        world.say("EHLO client.example\n", "NOOP\r\nQUIT\n", "QUIT\r\n")
        await world.run()
        #expect(world.codes == [220, 500, 250, 500, 221])
    }

    @Test func `a client that makes nothing but errors is shown out`() async {
        let world = World()
        world.settings.limits.errors = 5
        world.say(String(repeating: "XYZ\r\n", count: 20))
        await world.run()
        #expect(world.codes == [220, 500, 500, 500, 500, 500, 500, 421])
        #expect(world.replies.last == "421 4.7.0 Closing after protocol errors")
    }

    @Test func `recipients past the limit are for another transaction and are no errors`() async {
        let world = World()
        world.settings.limits.recipients = 2
        world.settings.limits.errors = 3
        world.sayHello()
        world.sayEnvelope(to: "b@example.net", "c@example.net")
        for _ in 0..<6 { world.say(lines: "RCPT TO:<d@example.net>") }
        world.say(lines: "DATA", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250] + Array(repeating: 452, count: 6) + [354, 250, 221])
        #expect(world.server.commands("RCPT").count == 2)
    }

    @Test func `past the limit of transactions the client is asked to connect again`() async {
        let world = World()
        world.settings.limits.transactions = 2
        world.sayHello()
        world.say(lines: "MAIL FROM:<>", "RSET", "MAIL FROM:<>", "RSET", "MAIL FROM:<>", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 250, 421])
        #expect(world.replies.last == "421 4.7.0 Too many transactions on one connection; connect again")
        #expect(world.server.lines.last == "QUIT")
    }

    @Test(arguments: [2000, 2001])
    func `a reply line has the limit of a command line`(length: Int) async {
        let world = World()
        world.settings.limits.line = 2000
        world.server.on("RCPT", "250 " + String(repeating: "a", count: length - 6))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == (length > 2000 ? [220, 250, 250, 421] : [220, 250, 250, 250, 221]))
    }

    @Test func `a reply line longer than the default passes where the limit is higher`() async {
        let world = World()
        world.settings.limits.line = 10_000
        world.server.on("RCPT", "250 " + String(repeating: "a", count: 9000))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: ["VRFY x", "HELP", "RSET"])
    func `answers that wait behind the server's are bounded`(command: String) async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\n" + String(repeating: command + "\r\n", count: 100_000))
        world.then { [unowned world] in
            #expect(world.client.consumed < 20_000)
            world.server.say("250 2.1.5 ok")
        }
        world.say(lines: "QUIT")
        await world.run()
        // So many without a message are a flood, and it ends.
        #expect(world.codes.count < 1100)
        #expect(world.replies.last == "421 4.7.0 Closing after protocol errors")
    }

    @Test func `recipients outstanding at the server are bounded`() async {
        let world = World()
        world.server.on("RCPT", .silence)
        world.sayHello()
        world.say("MAIL FROM:<a@client.example>\r\n" + String(repeating: "RCPT TO:<b@example.net>\r\n", count: 5000))
        await world.run()
        #expect(world.server.commands("RCPT").count <= 200)
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for a reply")
    }

    @Test func `a client that does not read its replies is not read from`() async {
        let world = World()
        world.sayHello()
        world.then { [unowned world] in
            world.client.window = 1000
            world.client.say(octets(String(repeating: "VRFY x\r\n", count: 100_000)))
        }
        await world.run()
        #expect(world.client.consumed <= ScriptedStream.inputBound + 1000)
        #expect(world.journal.closed?.reason == "client timed out")
    }

    @Test(arguments: ["250-\(String(repeating: "a", count: 5000))", "250 a\u{0}b", "2x0 ok", "250-a\r\n999 b"])
    func `a server that talks no SMTP ends only its own session`(reply: String) async {
        let world = World()
        world.server.on("RCPT", reply)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        if reply.hasPrefix("250 a") {
            #expect(world.replies[3] == "250 a\\x00b")
        } else {
            #expect(world.codes == [220, 250, 250, 421])
        }
    }

    @Test(arguments: ["RCPT", "NOOP", "RSET"])
    func `an intermediate reply never reaches a client that did not say DATA`(command: String) async {
        let world = World()
        world.server.on(command, "354 send it")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        if command != "RCPT" { world.say(lines: command) }
        world.say(lines: "QUIT")
        await world.run()
        #expect(!world.codes.contains(354))
        #expect(world.replies.suffix(2).first?.hasPrefix("451 4.5.0 Unexpected answer") == true)
    }

    @Test func `commands that are not offered are answered here`() async {
        let world = World()
        world.sayHello()
        world.say(lines: "VRFY x", "EXPN x", "AUTH LOGIN", "STARTTLS", "ETRN x", "XCLIENT A=b", "HELP", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 252, 502, 502, 502, 502, 500, 214, 221])
        #expect(world.server.lines == ["EHLO client.example", "QUIT"])
    }
}
