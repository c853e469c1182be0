import Policy
import RecordsTesting
import TestSupport
import Testing

@testable import Relay

/// Promise 6: no decision without a record.
@Suite struct RecordTests {
    private func world(_ verdict: Verdict = .accepting()) -> World {
        let world = World()
        world.gate.answer = { _ in .verdict(verdict) }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        return world
    }

    @Test(arguments: [Verdict.accepting(), .deferring(), .deferring(556, "5.1.10")])
    func `the decision is recorded before the client has its reply`(verdict: Verdict) async {
        let world = world(verdict)
        var before: [Int] = []
        let client = world.client
        let deliver = client.onSend
        client.onSend = { [unowned world] bytes in
            before.append(world.journal.decisions.count)
            deliver(bytes)
        }
        await world.run()
        // Greeting, EHLO, MAIL, RCPT, QUIT.
        #expect(before == [0, 0, 0, 1, 1])
        #expect(world.journal.decisions.map(\.recipient) == ["b@example.net"])
        #expect(world.journal.decisions.first?.sender == "a@client.example")
        #expect(world.journal.decisions.first?.reply == (verdict.action == .accept ? nil : world.replies[3]))
    }

    @Test(arguments: [Verdict.accepting(), .deferring(), .deferring(556, "5.1.10")], [true, false])
    func `without a record there is no decision`(verdict: Verdict, strict: Bool) async {
        let world = world(verdict)
        world.settings.durability = strict ? .strict : .batched
        world.journal.health = .failing(reason: "disk full", since: .distantPast)
        world.journal.commitError = ScriptedSink.DiskFull()
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 221])
        #expect(world.replies[3].hasPrefix("451 4.3.0 The decision cannot be journalled; try again later ("))
        #expect(world.server.lines == ["EHLO client.example", "QUIT"])
    }

    @Test(arguments: [Verdict.accepting(), .deferring(), .deferring(556, "5.1.10")], [true, false])
    func `a decision that the journal did not take is none, and its id is not told`(verdict: Verdict, strict: Bool) async {
        let world = world(verdict)
        world.settings.durability = strict ? .strict : .batched
        world.journal.isFull = true
        await world.run()
        #expect(world.journal.decisions.isEmpty)
        #expect(world.replies[3] == "451 4.3.0 The decision cannot be journalled; try again later")
        #expect(world.server.lines == ["EHLO client.example", "QUIT"])
    }

    @Test(arguments: [true, false])
    func `the operator may choose to go on where no decision is taken`(strict: Bool) async {
        let world = world()
        world.settings.durability = strict ? .strict : .batched
        world.settings.onJournalFailure = .continue
        world.journal.isFull = true
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: [true, false])
    func `the operator may choose to go on without a record`(strict: Bool) async {
        let world = world()
        world.settings.durability = strict ? .strict : .batched
        world.settings.onJournalFailure = .continue
        world.journal.health = .failing(reason: "disk full", since: .distantPast)
        world.journal.commitError = ScriptedSink.DiskFull()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test(arguments: [Verdict.accepting(), .deferring()])
    func `strict durability holds the reply and the recipient until the record is on disk`(verdict: Verdict) async {
        let world = world(verdict)
        world.settings.durability = .strict
        world.journal.onCommit = { [unowned world] in
            #expect(world.journal.decisions.count == 1)
            #expect(world.codes == [220, 250, 250])
            #expect(world.server.lines == ["EHLO client.example"])
        }
        await world.run()
        #expect(world.journal.commits == 1)
        #expect(world.codes == [220, 250, 250, verdict.action == .accept ? 250 : 451, 221])
    }

    @Test(arguments: [true, false])
    func `strict durability waits for the disk whatever is to be done when the disk fails`(isFailing: Bool) async {
        let world = world()
        world.settings.durability = .strict
        world.settings.onJournalFailure = .continue
        if isFailing { world.journal.commitError = ScriptedSink.DiskFull() }
        world.journal.onCommit = { [unowned world] in
            #expect(world.codes == [220, 250, 250])
            #expect(world.server.lines == ["EHLO client.example"])
        }
        await world.run()
        #expect(world.journal.commits == 1)
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test func `batched durability does not wait for the disk`() async {
        let world = world()
        await world.run()
        #expect(world.journal.commits == 0)
    }

    @Test func `a congested journal keeps recipients waiting`() async {
        let world = world()
        world.journal.isCongested = true
        await world.run()
        #expect(world.journal.spaceWaits == 1)
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test func `the transcript of a session`() async throws {
        let world = World()
        world.server.handshake = .completes
        world.server.keywords = ["SIZE 1000", "PIPELINING"]
        world.gate.answer = { .verdict($0.domain == "example.org" ? .deferring() : .accepting(level: .unauthenticated)) }
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.org")
        world.say("Subject: x\r\n\r\nhello\r\n.\r\n")
        world.say(lines: "VRFY \u{e9}", "AUTH PLAIN c2VjcmV0", "QUIT")
        await world.run()
        try #require(world.journal.decisions.count == 2)
        let ids = world.journal.decisions.map(\.id.description)
        #expect(
            world.journal.transcript == [
                "|> connected to 203.0.113.25:25",
                "|< 220 mx1.example.net ESMTP",
                "<| 220 mx1.example.net ESMTP",
                "-> EHLO client.example",
                ">| EHLO client.example",
                "|< 250 mx1.example.net / SIZE 1000 / PIPELINING / STARTTLS",
                ">| STARTTLS",
                "|< 220 2.0.0 go ahead",
                "|> TLS 1.3 TLS_AES_256_GCM_SHA384, SNI mx1.example.net",
                ">| EHLO client.example",
                "|< 250 mx1.example.net / SIZE 1000 / PIPELINING",
                "<| 250 mx1.example.net / SIZE / PIPELINING / LIMITS RCPTDOMAINMAX=1",
                "-> MAIL FROM:<a@client.example>",
                "<- 250 2.1.0 Ok",
                "-> RCPT TO:<b@example.net>",
                "-- decision \(ids[0]) accept none no-policy: no policy",
                ">| MAIL FROM:<a@client.example>",
                ">| RCPT TO:<b@example.net>",
                "-> RCPT TO:<c@example.org>",
                "-- decision \(ids[1]) defer dane dane-mismatch: DANE: no match",
                "-> DATA",
                "|< 250 2.1.0 sender ok",
                "|< 250 2.1.5 recipient ok",
                "<| 250 2.1.5 recipient ok",
                "<- 451 4.7.5 DANE: no match (\(ids[1]))",
                ">| DATA",
                "|< 354 send it",
                "<| 354 send it",
                "|< 250 2.0.0 queued",
                "<| 250 2.0.0 queued",
                "-> VRFY \\xc3\\xa9",
                "<- 252 2.5.2 Cannot verify; send the message and see",
                "-> AUTH ...",
                "<- 502 5.5.1 Command not offered",
                "-> QUIT",
                "<- 221 2.0.0 Bye",
                ">| QUIT",
                "|< 221 2.0.0 bye",
            ])
    }

    @Test func `a client's name with other letters is recorded escaped and sent as it is`() async {
        let world = World()
        world.say(lines: "EHLO caf\u{e9}.example", "QUIT")
        await world.run()
        #expect(world.server.lines.first == "EHLO caf\u{e9}.example")
        #expect(world.journal.transcript.contains(">| EHLO caf\\xc3\\xa9.example"))
        #expect(world.journal.closed?.helo == "caf\\xc3\\xa9.example")
    }

    @Test func `the octets of all legs are counted`() async {
        let world = World(.server(ScriptedServer()), .server(ScriptedServer()))
        world.sayHello()
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
        }
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.journal.closed?.bytesFromUpstream == world.servers.reduce(0) { $0 + $1.stream.received })
        #expect(world.journal.closed?.bytesFromClient == world.client.received)
    }
}
