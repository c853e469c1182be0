import Records
import TestSupport
import Testing

@testable import Relay

/// One client's flood costs the others nothing (promise 8): work is done in turns, answers push back, and the journal is not flooded.
@Suite struct CrowdingTests {
    /// A server whose answer to EHLO is as long as one may be.
    private func talkative() -> World {
        let world = World(chunk: 65_536)
        let lines = (0..<97).map { "250-X-\($0) \(String(repeating: "x", count: 480))\r\n" }.joined()
        world.server.on("EHLO", "250-mx1.example.net\r\n\(lines)250 PIPELINING")
        return world
    }

    @Test func `pipelined EHLOs against a long answer are done in turns, and wait for the client to read`() async {
        let world = talkative()
        world.sayHello()
        world.say(String(repeating: "EHLO client.example\r\n", count: 900))
        var most = 0
        let deliver = world.client.onSend
        world.client.onSend = { bytes in
            most = max(most, bytes.count)
            deliver(bytes)
        }
        world.then { [unowned world] in world.client.window = 256 * 1024 }
        world.say(lines: "QUIT")
        await world.run()
        #expect(most < 256 * 1024)
        #expect(world.yields > 100)
    }

    @Test func `a client that reads no answers has no more of its commands done`() async {
        let world = talkative()
        world.sayHello()
        world.then { [unowned world] in world.client.window = 100_000 }
        world.say(String(repeating: "EHLO client.example\r\n", count: 900))
        await world.run()
        let answered = world.output.count / 40_000
        #expect(answered < 10)
    }

    @Test(arguments: ["RSET", "NOOP", "HELP", "VRFY x", "EHLO client.example", "HELO client.example", "NONSENSE"])
    func `commands without a message come to an end`(command: String) async {
        let world = World(chunk: 65_536)
        world.sayHello()
        world.say(String(repeating: "\(command)\r\n", count: 2000))
        await world.run()
        #expect(world.replies.last == "421 4.7.0 Closing after protocol errors")
        #expect(world.codes.count <= 1010)
    }

    @Test func `probes between messages do not add up`() async {
        let world = World(chunk: 65_536)
        world.sayHello()
        for _ in 0..<30 {
            world.say(String(repeating: "NOOP\r\nRSET\r\n", count: 20))
            world.sayEnvelope(to: "b@example.net")
            world.sayData()
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes.last == 221)
        #expect(world.server.messages.count == 30)
    }

    @Test func `what a session has of the journal is bounded, but for its decisions`() async {
        let world = World(chunk: 65_536)
        world.settings.limits.errors = 1_000_000
        world.sayHello()
        for number in 0..<600 {
            world.say(
                lines: "MAIL FROM:<a@client.example>", "RCPT TO:<\(String(repeating: "x", count: 1500))\(number)@example.net>", "RSET")
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.journal.transcript.reduce(0) { $0 + $1.utf8.count } < 2 << 20)
        #expect(world.journal.transcript.last?.hasPrefix("-- the transcript ends here") == true)
        #expect(world.journal.transactions.count == 600)
        #expect(world.journal.decisions.count == 600)
    }
}
