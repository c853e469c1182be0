import Records
import TestSupport
import Testing

@testable import Relay

/// Servers that an MTA puts up with are put up with here (promise 9): what they say besides their replies is passed over and noted.
@Suite struct SloppyServerTests {
    @Test(arguments: chunkSizes, ["", "hello there", "SIZE 100", "2500 x", "\u{1b}[2J"])
    func `lines that are no reply hinder nothing`(chunk: Int, noise: String) async {
        let world = World(chunk: chunk)
        world.server.greeting = "\(noise)\r\n220-mx\r\n\(noise)\r\n220 ESMTP"
        world.server.on("EHLO", "250-mx1.example.net\r\n\(noise)\r\n250 PIPELINING\r\n\(noise)")
        world.server.on("RCPT", "\(noise)\r\n250 2.1.5 taken")
        world.server.on(".", "\(noise)\r\n\(noise)\r\n250 2.0.0 queued as 42")
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.replies[5] == "250 2.0.0 queued as 42")
        #expect(world.journal.transactions.map(\.outcome) == [.delivered])
        #expect(world.journal.transcript.contains { $0.hasPrefix("|> taken as it is: a line that is no reply: ") })
    }

    @Test func `the code of a reply's last line is its code`() async {
        let world = World()
        world.server.on("RCPT", "250-2.1.5 well\r\n550 5.1.1 no")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 550, 221])
    }

    @Test func `a greeting that ends in a refusal is one`() async {
        let world = World()
        world.server.greeting = "220-mx\r\n521 no mail here"
        await world.run()
        #expect(world.codes == [421])
    }

    @Test func `noise in the middle of the message is no answer to it`() async {
        let world = World()
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", "Subject: x")
        world.then { [unowned world] in world.server.say("still here") }
        world.say(lines: "", "hello", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.messages.count == 1)
    }

    @Test func `noise between commands is not taken for the end of the conversation`() async {
        let world = World()
        world.sayHello()
        world.then { [unowned world] in world.server.say("hello") }
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
    }
}
