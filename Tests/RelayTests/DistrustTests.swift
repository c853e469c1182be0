import Policy
import TestSupport
import Testing

@testable import Relay

/// Promise 5: nothing an unauthenticated server says can bounce mail of a domain with a policy.
@Suite struct DistrustTests {
    private static let distrusted: [Verdict] = [
        .accepting(.dane, level: .unauthenticated), .accepting(.dane, level: .pkix), .accepting(.dane, level: .plaintext),
        .accepting(.sts, stsMode: .enforce, level: .unauthenticated), .accepting(.sts, stsMode: .enforce, level: .pkix),
    ]
    private static let trusted: [Verdict] = [
        .accepting(.dane, level: .daneVerified), .accepting(.dane, level: .daneInsecureMX),
        .accepting(.sts, stsMode: .enforce, level: .stsVerified), .accepting(.sts, stsMode: .testing, level: .unauthenticated),
        .accepting(.none, level: .plaintext), .accepting(.override, level: .plaintext), .accepting(.route, level: .plaintext),
        .accepting(.dane, level: .unauthenticated, would: .defer),
    ]

    private func replies(_ verdict: Verdict, to command: String, _ reply: String) async -> [String] {
        let world = World()
        world.gate.answer = { _ in .verdict(verdict) }
        world.server.on(command, reply)
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        switch command {
        case "DATA": world.say(lines: "DATA")
        case ".": world.say(lines: "DATA", ".")
        case "BDAT": world.say("BDAT 3\r\nabc")
        case "BDAT 3 LAST": world.say("BDAT 3 LAST\r\nabc")
        default: break
        }
        world.say(lines: "QUIT")
        await world.run()
        return world.replies.dropLast()
    }

    @Test(arguments: distrusted, ["RCPT", "MAIL", "DATA", ".", "BDAT", "BDAT 3 LAST"])
    func `a 5xx of a server that an enforced policy could not authenticate becomes 4xx`(verdict: Verdict, command: String) async {
        #expect(await replies(verdict, to: command, "550-5.1.1 no such\r\n550 5.1.1 user").last == "451-4.1.1 no such\n451 4.1.1 user")
        #expect(await replies(verdict, to: command, "450 4.1.1 later").last == "450 4.1.1 later")
    }

    @Test(arguments: trusted, ["RCPT", "MAIL", "DATA", ".", "BDAT", "BDAT 3 LAST"])
    func `a 5xx of any other server is its own`(verdict: Verdict, command: String) async {
        #expect(await replies(verdict, to: command, "550-5.1.1 no such\r\n550 5.1.1 user").last == "550-5.1.1 no such\n550 5.1.1 user")
    }

    @Test func `one distrusted domain among the recipients protects the whole message`() async {
        let world = World()
        world.gate.answer = { .verdict($0.domain == "example.net" ? .accepting(.dane, level: .unauthenticated) : .accepting()) }
        world.server.on(".", "554 5.7.1 no")
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.org")
        world.say(".\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies.suffix(2) == ["451 4.7.1 no", "221 2.0.0 Bye"])
    }

    @Test func `distrust ends with the transaction`() async {
        let world = World()
        world.gate.answer = { .verdict($0.domain == "example.net" ? .accepting(.dane, level: .unauthenticated) : .accepting()) }
        world.server.on("RCPT TO:<c@", "550 5.1.1 unknown")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "RSET")
        world.sayEnvelope(to: "c@example.org")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes.suffix(2) == [550, 221])
    }
}
