import Policy
import Records
import TestSupport
import Testing

@testable import Relay

/// Promise 5: nothing that an unauthenticated server says can bounce mail, not even what it offers before there is a verdict.
@Suite struct EarlyWordsTests {
    private static let enforced = Verdict.accepting(.sts, stsMode: .enforce, level: .unauthenticated)

    private func world(_ keywords: [String], _ verdict: Verdict = .accepting()) -> World {
        let world = World()
        world.server.keywords = ["PIPELINING"] + keywords
        world.gate.answer = { _ in .verdict(verdict) }
        return world
    }

    @Test func `a size that the server claims to take is not shown, and decides nothing before the server does`() async {
        let world = world(["SIZE 100"])
        world.server.on("MAIL", "552 5.3.4 too big")
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example> SIZE=101", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.replies[1].contains("-SIZE\n") && !world.replies[1].contains("100"))
        #expect(world.server.commands("MAIL") == ["MAIL FROM:<a@client.example> SIZE=101"])
        #expect(world.replies[3] == "554 5.3.4 too big")
    }

    @Test func `a size by which a server refuses that is not authenticated bounces nothing`() async {
        let world = world(["SIZE 100"], Self.enforced)
        world.server.on("MAIL", "552 5.3.4 too big")
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example> SIZE=101", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.codes[3] / 100 == 4)
    }

    @Test func `SMTPUTF8 is offered wherever 8BITMIME is, and left out where the addresses do not need it`() async {
        let world = world(["8BITMIME"])
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example> SMTPUTF8", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.replies[1].contains("-SMTPUTF8\n"))
        #expect(world.server.commands("MAIL") == ["MAIL FROM:<a@client.example>"])
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: [("ä@client.example", "b@example.net"), ("a@client.example", "ö@example.net")])
    func `addresses that need SMTPUTF8 are refused where the server has none, and only put off where it proves nothing`(
        sender: String, recipient: String
    ) async {
        for (verdict, code) in [(Verdict.accepting(), 550), (Self.enforced, 451)] {
            let world = world(["8BITMIME"], verdict)
            world.sayHello()
            world.say(lines: "MAIL FROM:<\(sender)> SMTPUTF8", "RCPT TO:<\(recipient)>", "QUIT")
            await world.run()
            #expect(world.codes == [220, 250, 250, code, 221])
            #expect(world.replies[3].dropFirst(3).hasPrefix(code == 550 ? " 5.6.7 " : " 4.6.7 "))
            #expect(world.server.commands("MAIL").isEmpty)
        }
    }

    @Test func `a server without 8BITMIME is not made one that has it by SMTPUTF8, so that the client converts its text`() async {
        let world = world(["DSN"])
        world.sayHello()
        world.say(lines: "QUIT")
        await world.run()
        #expect(!world.replies[1].contains("SMTPUTF8"))
    }

    @Test func `a server that offers SMTPUTF8 is taken to have 8BITMIME, as clients do`() async {
        let world = world(["SMTPUTF8"])
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example> BODY=8BITMIME", "RCPT TO:<b@example.net>", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
        #expect(world.server.commands("MAIL") == ["MAIL FROM:<a@client.example> BODY=8BITMIME"])
    }

    @Test func `where the server has SMTPUTF8 the command is passed on as it is`() async {
        let world = world(["SMTPUTF8", "8BITMIME"])
        world.sayHello()
        world.say(lines: "MAIL FROM:<ä@client.example> BODY=8BITMIME SMTPUTF8", "RCPT TO:<ö@example.net>", "QUIT")
        await world.run()
        #expect(world.server.commands("MAIL") == ["MAIL FROM:<ä@client.example> BODY=8BITMIME SMTPUTF8"])
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: ["EHLO", "HELO"])
    func `a server that takes the client's own name does not look like a loop`(verb: String) async {
        let world = World()
        world.server.on("EHLO", "250-Client.Example at your service\r\n250 PIPELINING")
        world.say(lines: "\(verb) client.example", "QUIT")
        await world.run()
        #expect(world.replies[1].lowercased().contains("client.example") == false)
        #expect(world.replies[1].contains("server at your service"))
    }
}
