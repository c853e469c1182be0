import Basics
import Policy
import TestSupport
import Testing

@testable import Relay

@Suite struct RecipientTests {
    private func refusing(_ domains: DomainName...) -> (JudgeRequest) -> Judgement.Answer {
        { $0.domain.map(domains.contains) ?? false ? .verdict(.deferring()) : .verdict(.accepting()) }
    }

    @Test(arguments: chunkSizes)
    func `nothing of a message reaches a server that no verdict accepts`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.handshake = .completes
        world.gate.answer = { _ in .verdict(.deferring()) }
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.org")
        world.say(lines: "NOOP", "VRFY b", "EXPN b", "RSET", "BDAT 5 LAST\r\nabc", "AUTH PLAIN AAAA", "STARTTLS", "ETRN x", "XYZ", "QUIT")
        await world.run()
        #expect(world.server.lines == ["EHLO client.example", "STARTTLS", "TLS", "EHLO client.example", "NOOP", "QUIT"])
        #expect(world.codes == [220, 250, 250, 451, 451, 554, 250, 252, 502, 250, 503, 502, 502, 502, 500, 221])
    }

    @Test(arguments: chunkSizes, [false, true])
    func `a refused recipient among accepted ones gets its answer in its place`(chunk: Int, knowsAll: Bool) async throws {
        let world = World(chunk: chunk)
        world.gate.knowsAll = knowsAll
        world.gate.answer = refusing("refused.example")
        // Texts that mean something else to whoever reads them.
        world.server.on("MAIL", "250 354 go ahead")
        world.server.on("RCPT TO:<b@", "250 221 550 bye")
        world.server.on("RCPT TO:<d@", "450 4.2.1 250 ok")
        world.server.on("RCPT TO:<e@", "251-250 first\r\n251 354 last")
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@refused.example", "d@example.net", "e@example.org")
        world.say("text\r\n.\r\n")
        world.say(lines: "QUIT")
        await world.run()
        try #require(world.replies.count == 10)
        #expect(world.replies[2...3] == ["250 2.1.0 Ok", "250 221 550 bye"])
        #expect(world.replies[4].hasPrefix("451 4.7.5 DANE: no match (\(world.journal.decisions[1].id))"))
        #expect(world.replies[5...6] == ["450 4.2.1 250 ok", "251-250 first\n251 354 last"])
        #expect(world.replies[7...9] == ["354 send it", "250 2.0.0 queued", "221 2.0.0 Bye"])
        #expect(world.server.commands("RCPT") == ["RCPT TO:<b@example.net>", "RCPT TO:<d@example.net>", "RCPT TO:<e@example.org>"])
        #expect(world.server.commands("MAIL").count == 1)
        #expect(world.journal.transactions.first?.recipientsAccepted == 2)
        #expect(world.journal.transactions.first?.recipientsRefused == 2)
    }

    @Test func `a domain is judged once in a transaction, and again in the next`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net", "c@EXAMPLE.net")
        world.say(lines: "DATA", ".")
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.gate.requests.map(\.domain) == ["example.net", "example.net"])
        #expect(world.journal.decisions.count == 3)
        #expect(world.server.commands("MAIL").count == 2)
        #expect(world.dialled == 1)
    }

    @Test func `the second transaction on a leg may be refused where the first was not`() async {
        let world = World()
        world.gate.answer = refusing("refused.example")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", ".")
        world.sayGroup(to: "c@refused.example")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 250, 451, 554, 221])
        #expect(world.server.commands("MAIL").count == 1)
        #expect(world.journal.transactions.map(\.outcome) == [.delivered, .refused])
    }

    @Test(arguments: ["b@[192.0.2.1]", "b@[IPv6:2001:db8::1]", "postmaster"])
    func `a recipient without a domain name is judged without one`(recipient: String) async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: recipient)
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.gate.requests.count == 1)
        #expect(world.gate.requests.first?.domain == nil)
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: [
        ("550 5.7.1 no", "550 5.7.1 no"), ("450 4.1.8 later", "450 4.1.8 later"), ("552 5.2.3 too big", "554 5.3.4 too big"),
        ("552 too big", "554 5.3.4 too big"),
    ])
    func `a MAIL that the server refuses is answered at each recipient`(refusal: String, reply: String) async {
        let world = World()
        world.server.on("MAIL", refusal)
        world.server.on("RCPT", "503 5.5.1 MAIL first")
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies[2...] == ["250 2.1.0 Ok", "\(reply)", "\(reply)", "554 5.5.1 No valid recipients", "221 2.0.0 Bye"])
        #expect(world.server.commands("DATA") == [])
    }

    @Test func `a recipient accepted without its MAIL is not accepted`() async {
        let world = World()
        world.server.on("MAIL", "550 5.7.1 no")
        world.sayHello()
        world.sayGroup(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 550, 554, 221])
    }

    @Test(arguments: [
        ("MAIL FROM:<a@client.example> REQUIRETLS", "555 5.5.4 REQUIRETLS is not offered"),
        ("MAIL FROM:<a@client.example> BODY=8BITMIME REQUIRETLS", "555 5.5.4 REQUIRETLS is not offered"),
        ("MAIL FROM:<a@client.example> SIZE=1 AUTH=<>", "555 5.5.4 AUTH is not offered"),
        ("MAIL FROM:<a@client.example> MT-PRIORITY=3", "555 5.5.4 MT-PRIORITY is not offered"),
        ("MAIL FROM:<a@client.example> BODY=BINARYMIME", "555 5.5.4 BINARYMIME is not offered"),
        ("MAIL FROM:<a@client.example> SIZE=x", "501 5.5.4 SIZE needs a number of octets"),
        ("MAIL FROM:<a@@client.example>", "501 5.1.7"),
    ])
    func `a MAIL with what was not offered is refused here`(line: String, reply: String) async {
        let world = World()
        world.sayHello()
        world.say(lines: line, "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.replies[2].hasPrefix(reply), "\(world.replies[2])")
        #expect(world.codes.suffix(2) == [503, 221])
        #expect(world.server.lines == ["EHLO client.example", "QUIT"])
    }

    @Test(arguments: [
        ("RCPT TO:<b@example.net> NOTIFY=NEVER", 250), ("RCPT TO:<b@example.net> RRVS=x", 555), ("RCPT TO:<b@exa mple.net>", 501),
        ("RCPT TO:<@x:b@example.net>", 501), ("RCPT TO:<b@example.net@x>", 501), ("RCPT TO:<>", 501), ("RCPT", 501), ("RCPT TO:<b>", 501),
    ])
    func `a RCPT that cannot be read with certainty reaches nobody`(line: String, code: Int) async {
        let world = World()
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example>", line, "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, code, 221])
        #expect(world.server.commands("RCPT") == (code == 250 ? [line] : []))
    }

    @Test(arguments: [["RCPT TO:<b@example.net>"], ["RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>"]])
    func `a server that refuses MAIL and hangs up has said why`(recipients: [String]) async {
        let servers = [ScriptedServer(), ScriptedServer()]
        for server in servers { server.on("MAIL", .replyAndClose("554 5.7.1 nothing from you")) }
        let world = World(.server(servers[0]), .server(servers[1]))
        world.sayHello()
        for line in ["MAIL FROM:<a@client.example>"] + recipients + ["DATA", "QUIT"] { world.say(lines: line) }
        await world.run()
        #expect(world.replies.dropFirst(3).prefix(recipients.count).allSatisfy { $0 == "554 5.7.1 nothing from you" })
        #expect(world.codes == [220, 250, 250] + recipients.map { _ in 554 } + [554, 221])
    }

    @Test func `quirks that can be read in one way are passed on as they are and noted`() async {
        let world = World()
        world.sayHello()
        world.say(lines: "MAIL FROM: <a..b@client.example>", "rcpt to: c.@example.net", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
        #expect(world.server.lines.dropFirst().prefix(2) == ["MAIL FROM: <a..b@client.example>", "rcpt to: c.@example.net"])
        #expect(world.journal.transcript.contains("-- accepted as it is: space after the colon"))
        #expect(world.journal.transcript.contains("-- accepted as it is: address without angle brackets"))
    }

    @Test func `a feature missing on a leg dialled again defers, and the next session is shown the smaller set`() async {
        let second = ScriptedServer()
        second.keywords = ["PIPELINING", "SIZE 1000"]
        let world = World(.server(ScriptedServer()), .server(second))
        world.gate.whileJudging = { [unowned gate = world.gate] in
            gate.whileJudging = {}
            world.server.stream.say(end: .closed)
        }
        world.sayHello()
        world.then { [unowned world] in world.server.stream.fail(.closed) }
        world.say(lines: "MAIL FROM:<a@client.example> BODY=8BITMIME SIZE=10", "RCPT TO:<b@example.net> NOTIFY=NEVER")
        world.say(lines: "EHLO client.example", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 250, 221])
        #expect(world.replies[3].hasPrefix("451 4.3.0 203.0.113.25 no longer offers 8BITMIME, DSN; try again ("))
        #expect(second.commands("MAIL") == [])

        let next = World(shared: world.shared)
        next.sayHello()
        next.say(lines: "QUIT")
        await next.run()
        #expect(!next.replies[1].contains("8BITMIME"))
        #expect(!next.replies[1].contains("DSN"))
        #expect(!next.replies[1].contains("SMTPUTF8"))
    }

    @Test func `a leg whose TLS session served a refused recipient is not resumed`() async {
        let world = World()
        world.server.handshake = .completes
        world.gate.answer = { _ in .verdict(.deferring()) }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.forgotten == 1)
    }

    @Test func `the name of an authenticated leg is remembered for the address`() async {
        let world = World()
        world.server.handshake = .completes
        world.gate.answer = { request in
            .verdict(request.domain == "example.net" ? .accepting(.dane, level: .daneVerified) : .accepting(level: .unauthenticated))
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.then { [unowned world] in
            #expect(world.gate.authenticated == [])
        }
        world.say(lines: "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.gate.authenticated == ["mx1.example.net 203.0.113.25"])
    }

    @Test(arguments: chunkSizes)
    func `a server without PIPELINING gets one command at a time`(chunk: Int) async {
        let world = World(chunk: chunk)
        world.server.keywords = ["SIZE 1000000"]
        world.say(lines: "EHLO client.example")
        world.say("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<c@example.net>\r\nDATA\r\n", "hello\r\n.\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 354, 250, 221])
        let upstream = world.journal.transcript.filter { $0.hasPrefix(">|") || $0.hasPrefix("|<") }
        let exchange = upstream.dropFirst().prefix { !$0.contains("DATA") }
        #expect(exchange.count == 8)
        #expect(exchange.enumerated().allSatisfy { $1.hasPrefix($0 % 2 == 0 ? ">|" : "|<") })
    }

    @Test(arguments: [
        ("reports@provider.example", true), ("Reports@Provider.Example", true), ("other@provider.example", false), ("", false),
    ])
    func `mail of the configured report sender is exempt, and no other`(sender: String, isExempt: Bool) async {
        let world = World()
        world.settings.reportSender = "reports@provider.example"
        world.say(lines: "EHLO client.example", "MAIL FROM:<\(sender)>", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.gate.requests.map { $0.exemption != nil } == [isExempt])
    }

    @Test func `without a report sender the null sender is exempt from nothing`() async {
        let world = World()
        world.say(lines: "EHLO client.example", "MAIL FROM:<>", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.gate.requests.map(\.exemption) == [nil])
    }
}
