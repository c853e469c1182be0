import Basics
import DNS
import NIOCore
import SMTP
import TestSupport
import Testing

@testable import Relay

@Suite struct HelloTests {
    @Test(arguments: chunkSizes)
    func `a message goes from EHLO to QUIT`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(
            world.server.lines == [
                "EHLO client.example", "MAIL FROM:<a@client.example>", "RCPT TO:<b@example.net>", "DATA", "QUIT",
            ])
        #expect(world.server.messages == [octets("Subject: x\r\n\r\nhello\r\n")])
        #expect(world.journal.closed?.reason == "quit")
        #expect(world.journal.closed?.messages == 1)
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
    }

    @Test(arguments: chunkSizes)
    func `the client is shown the server's offers with those that are ours`(chunk: Int) async {
        let server = ScriptedServer()
        server.keywords = ["SIZE 5", "AUTH PLAIN", "XCLIENT NAME", "8BITMIME", "LIMITS RCPTMAX=5", "ETRN", "REQUIRETLS", "PIPECONNECT"]
        server.handshake = .completes
        let world = World(chunk: chunk, .server(server))
        world.say(lines: "EHLO client.example", "QUIT")
        await world.run()
        #expect(
            world.replies[1]
                == "250-mx1.example.net\n250-SIZE\n250-8BITMIME\n250-SMTPUTF8\n250-PIPELINING\n250 LIMITS RCPTDOMAINMAX=1 RCPTMAX=5")
    }

    @Test(arguments: chunkSizes)
    func `a greeting of several lines is relayed as it is`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.greeting = "220-mx1.example.net\r\n220-no spam\r\n220 ESMTP"
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies == ["220-mx1.example.net\n220-no spam\n220 ESMTP", "221 2.0.0 Bye"])
        #expect(world.server.lines == ["QUIT"])
    }

    @Test func `a client that says HELO is offered nothing, and the server is asked for all`() async {
        let world = World()
        world.server.handshake = .completes
        world.say(lines: "HELO client.example", "MAIL FROM:<a@client.example> SIZE=5", "QUIT")
        await world.run()
        #expect(world.replies[1] == "250 mx1.example.net")
        #expect(world.server.lines == ["EHLO client.example", "STARTTLS", "TLS", "EHLO client.example", "QUIT"])
        #expect(world.codes == [220, 250, 555, 221])
    }

    @Test func `a server that does not know EHLO gets HELO`() async {
        let world = World()
        world.server.knowsOnlyHELO = true
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.lines.prefix(2) == ["EHLO client.example", "HELO client.example"])
        #expect(world.replies[1] == "250-mx1.example.net\n250-PIPELINING\n250 LIMITS RCPTDOMAINMAX=1")
    }

    @Test(arguments: [
        ("554 5.7.1 go away", "421 4.3.2 203.0.113.25: greeting: 554 5.7.1 go away"), ("450 4.7.1 later", "450 4.7.1 later"),
        ("421 busy", "421 busy"), ("354 what", "421 4.3.2 203.0.113.25: greeting: 354 what"),
    ])
    func `a greeting that is no welcome defers`(greeting: String, reply: String) async {
        let world = World()
        world.server.greeting = greeting
        await world.run()
        #expect(world.replies == [reply])
        #expect(world.server.closing == .aborted)
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request", "22 x", "220-a\r\n150 b"])
    func `a greeting that is no SMTP ends the session`(greeting: String) async {
        let world = World()
        world.server.greeting = greeting
        await world.run()
        #expect(world.codes == [421])
        #expect(world.replies.first?.hasPrefix("421 4.4.2 203.0.113.25: ") == true)
    }

    @Test(arguments: ["connection refused", "connection timed out"])
    func `a destination that cannot be reached is named with the reason`(reason: String) async {
        let world = World(.refused(reason))
        world.say(lines: "EHLO client.example")
        await world.run()
        #expect(world.replies == ["421 4.4.1 203.0.113.25: \(reason)"])
        #expect(world.journal.closed?.reason == "upstream: \(reason)")
    }

    @Test func `a server that says nothing is given up`() async {
        let world = World()
        world.server.isSilent = true
        await world.run()
        #expect(world.replies == ["421 4.4.2 203.0.113.25: timed out waiting for the greeting"])
        #expect(world.elapsed == .seconds(300))
    }

    @Test func `a server that closes instead of a greeting ends the session`() async {
        let world = World()
        world.server.isSilent = true
        world.server.stream.say(end: .failed("connection reset by peer"))
        await world.run()
        #expect(world.replies == ["421 4.4.2 203.0.113.25: connection reset by peer"])
    }

    @Test(arguments: ["450 4.7.1 not now", "451 4.3.0 no", "502 5.5.1 what", "554 5.7.1 no"])
    func `a server that refuses EHLO gets HELO, whatever its reason`(answer: String) async {
        let world = World()
        world.server.on("EHLO", answer)
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.lines.prefix(2) == ["EHLO client.example", "HELO client.example"])
    }

    @Test func `a transient answer to HELO is relayed and ends the session`() async {
        let world = World()
        world.server.on("EHLO", "450 4.7.1 no")
        world.server.on("HELO", "450 4.7.1 not now")
        world.sayMessage()
        await world.run()
        #expect(world.replies == ["220 mx1.example.net ESMTP", "450 4.7.1 not now"])
    }

    @Test(arguments: [("421 4.3.2 shutting down", "421 4.3.2 shutting down")])
    func `421 to EHLO is relayed and ends the session`(answer: String, reply: String) async {
        let world = World()
        world.server.on("EHLO", answer)
        world.sayMessage()
        await world.run()
        #expect(world.replies == ["220 mx1.example.net ESMTP", reply])
    }

    @Test func `a server that wants neither EHLO nor HELO bounces nothing`() async {
        let world = World()
        world.server.on("EHLO", "550 5.7.1 no")
        world.server.on("HELO", "550 5.7.1 no")
        world.sayHello()
        await world.run()
        #expect(world.replies.last == "421 4.3.2 203.0.113.25: answer to HELO: 550 5.7.1 no")
    }

    @Test func `EHLO in mid-session resets the transaction`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.sayHello()
        world.say(lines: "DATA", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 503, 221])
        #expect(world.server.lines.suffix(2) == ["RSET", "QUIT"])
        #expect(world.journal.transactions.map(\.outcome) == [.reset])
    }

    @Test func `MAIL before EHLO is out of order and nothing is sent`() async {
        let world = World()
        world.say(lines: "MAIL FROM:<a@client.example>", "RCPT TO:<b@example.net>", "DATA", "RSET", "NOOP", "QUIT")
        await world.run()
        #expect(world.codes == [220, 503, 503, 503, 250, 250, 221])
        #expect(world.server.lines == ["NOOP", "QUIT"])
    }

    @Test(arguments: [
        ("mx1.example.net ESMTP", "mx1.example.net"), ("MX1.Example.NET", "mx1.example.net"), ("[192.0.2.1] hi", nil),
        ("192.0.2.1 hi", nil),
        ("localhost ready", nil), ("", nil), ("-- mail --", nil), ("a..b x", nil), ("a_b.example x", nil),
    ])
    func `a host name in the greeting is the first guess for SNI`(text: String, name: DomainName?) {
        #expect(Session.hostName(in: Reply(220, nil, text)) == name)
    }
}
