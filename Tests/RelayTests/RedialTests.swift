import Basics
import Policy
import TLS
import TestSupport
import Testing

@testable import Relay

@Suite struct RedialTests {
    private func secured(_ keywords: [String]? = nil) -> ScriptedServer {
        let server = ScriptedServer()
        server.handshake = .completes
        if let keywords { server.keywords = keywords }
        return server
    }

    /// Wants the leg to have been dialled with this name.
    private func wanting(_ name: DomainName) -> (JudgeRequest) -> Judgement.Answer {
        { request in
            if request.leg.serverName == name { return .verdict(.accepting(.dane, level: .daneVerified)) }
            if request.redial == .allowed, !request.leg.triedServerNames.contains(name) { return .redial(serverName: name) }
            return .verdict(.deferring())
        }
    }

    @Test(arguments: chunkSizes)
    func `the leg is dialled again with the name that the policy asks for`(chunk: Int) async {
        let second = secured()
        let world = World(chunk: chunk, .server(secured()), .server(second))
        world.gate.answer = wanting("mx2.example.net")
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(world.server.lines == ["EHLO client.example", "STARTTLS", "TLS", "EHLO client.example", "QUIT"])
        #expect(second.serverNames == ["mx2.example.net"])
        #expect(second.messages.count == 1)
        #expect(world.gate.authenticated == ["mx2.example.net 203.0.113.25"])
        #expect(world.gate.requests.map(\.leg.triedServerNames) == [["mx1.example.net"], ["mx1.example.net", "mx2.example.net"]])
    }

    @Test func `after an accepted recipient the leg stays and the policy is told so`() async {
        let world = World(.server(secured()), .server(secured()))
        world.gate.answer = { [other = wanting("mx2.example.org")] request in
            request.domain == "example.net" ? .verdict(.accepting()) : other(request)
        }
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.org")
        world.say(".\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 451, 354, 250, 221])
        #expect(world.dialled == 1)
        #expect(world.gate.requests.map(\.redial) == [.allowed, .allowed, .transactionUsesLeg])
    }

    @Test func `after refused recipients only, the leg may be dialled again and MAIL is said again`() async {
        let second = secured()
        let world = World(.server(secured()), .server(second))
        world.server.on("RCPT", "550 5.1.1 unknown")
        world.gate.answer = { [other = wanting("mx2.example.org")] request in
            request.domain == "example.net" ? .verdict(.accepting()) : other(request)
        }
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.org")
        world.say(".\r\n")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 550, 250, 354, 250, 221])
        #expect(second.commands("MAIL").count == 1)
        #expect(second.commands("RCPT") == ["RCPT TO:<c@example.org>"])
        #expect(second.messages.count == 1)
    }

    @Test func `a verdict is about a leg, so on another leg the domain is judged again`() async {
        let world = World(.server(secured()), .server(secured()))
        world.server.on("RCPT", "550 5.1.1 unknown")
        world.gate.answer = { [other = wanting("mx2.example.org")] request in
            if request.domain == "example.org" { return other(request) }
            return .verdict(request.leg.serverName == "mx1.example.net" ? .accepting() : .deferring())
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net", "c@example.org", "d@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 550, 250, 451, 221])
        #expect(world.servers.last?.commands("RCPT") == ["RCPT TO:<c@example.org>"])
    }

    @Test func `a transaction dials again twice and no more`() async {
        let world = World(.server(secured()), .server(secured()), .server(secured()), .server(secured()))
        world.gate.answer = { request in
            request.redial == .allowed ? .redial(serverName: "mx\(request.leg.triedServerNames.count).example.org") : .verdict(.deferring())
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.org", "c@example.com")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 451, 221])
        #expect(world.dialled == 3)
        #expect(world.gate.requests.map(\.redial) == [.allowed, .allowed, .exhausted, .exhausted])
    }

    @Test func `a session dials again four times and no more`() async {
        let world = World(.server(secured()))
        for _ in 0..<6 { world.dials.append(.server(secured())) }
        var count = 0
        world.gate.answer = { request in
            count += 1
            return request.redial == .allowed ? .redial(serverName: "mx\(count).example.org") : .verdict(.deferring())
        }
        world.sayHello()
        for _ in 0..<4 {
            world.sayEnvelope(to: "b@example.org")
            world.say(lines: "RSET")
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes.filter { $0 != 250 } == [220, 451, 451, 451, 451, 221])
        #expect(world.dialled == 5)
    }

    @Test(arguments: [true, false])
    func `after a re-dial that fails the server is dialled as before, and the policy is told why it failed`(isRefused: Bool) async {
        let second = secured()
        second.greeting = "421 too many connections"
        let third = secured()
        let world = World(.server(secured()), isRefused ? .refused("connection refused") : .server(second), .server(third))
        world.gate.answer = { [first = wanting("mx2.example.org")] request in
            request.domain == "example.net" ? .verdict(.accepting()) : first(request)
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.say(lines: "RCPT TO:<c@example.net>", "DATA", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 250, 354, 250, 221])
        #expect(third.messages.count == 1)
        #expect(third.serverNames == ["mx1.example.net"])
        #expect(world.gate.requests.map(\.redial).prefix(2) == [.allowed, .failed])
        let cause = isRefused ? "connection refused" : "the server closes: 421 too many connections"
        #expect(world.gate.requests[1].redialFailure == cause)
        #expect(world.gate.requests[1].leg.triedServerNames == ["mx1.example.net", "mx2.example.org"])
        #expect(world.gate.requests[1].leg.serverName == "mx1.example.net")
    }

    @Test func `when the server takes nobody after it was left the session ends with its words`() async {
        let (second, third) = (secured(), secured())
        second.greeting = "421 4.7.0 too many connections"
        third.greeting = "421 4.7.0 still too many"
        let world = World(.server(secured()), .server(second), .server(third))
        world.gate.answer = wanting("mx2.example.org")
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        await world.run()
        #expect(world.replies.last == "421 4.7.0 too many connections")
    }

    @Test func `a server that fails the handshake under the name that is wanted keeps TLS under the one before`() async {
        let failing = ScriptedServer()
        failing.handshake = .fails(TLSFailure(kind: .remoteAlert, alert: 112, detail: "remote alert 112 unrecognized_name"))
        let third = secured()
        let world = World(.server(secured()), .server(failing), .server(third))
        world.gate.answer = wanting("mx2.example.org")
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 451, 221])
        #expect(world.gate.requests.map(\.leg.tls) == [.established(.modern), .established(.modern)])
        #expect(world.gate.requests.last?.leg.triedServerNames == ["mx1.example.net", "mx2.example.org"])
        #expect(third.serverNames == ["mx1.example.net"])
    }

    @Test func `a server that does not answer QUIT is left all the same`() async {
        let second = secured()
        let world = World(.server(secured()), .server(second))
        world.server.on("QUIT", .silence)
        world.gate.answer = wanting("mx2.example.net")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.turns.append(.idle)
        world.say(lines: "DATA", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(second.messages.count == 1)
        #expect(world.elapsed <= .seconds(2))
    }

    @Test func `a server that greets late is waited for at a re-dial as well`() async {
        let second = secured()
        second.isSilent = true
        let world = World(.server(secured()), .server(second))
        world.gate.answer = wanting("mx2.example.org")
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.then { [unowned world] in
            world.pass(.seconds(65))
            second.say("220 mx2.example.org ESMTP")
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
    }

    @Test func `a server that stalls on the way to another leg does not keep the recipient waiting for minutes`() async {
        let second = secured()
        second.isSilent = true
        let world = World(.server(secured()), .server(second))
        world.gate.answer = wanting("mx2.example.org")
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.turns.append(.idle)
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: timed out waiting for the greeting")
        #expect(world.dialled == 2)
        #expect(world.elapsed <= .seconds(130))
        #expect(second.closing == .aborted)
    }

    @Test func `the octets of all legs are counted once, however they were left`() async {
        let busy = secured()
        busy.greeting = "421 too many connections"
        let broken = secured()
        broken.handshake = .fails(TLSFailure(kind: .protocolVersion, detail: "no TLS here"))
        let (again, better, last) = (secured(), secured(), secured())
        let world = World(.server(secured()), .server(busy), .server(again), .server(broken), .server(better), .server(last))
        world.gate.answer = { request in
            guard request.redial == .allowed, request.leg.triedServerNames.count < 2 else { return .verdict(.deferring()) }
            return .redial(serverName: "mx1.example.org")
        }
        world.sayHello()
        // Busy, and then as before; one that fails under the name, and then as before; one that closes.
        world.sayEnvelope(to: "b@example.org")
        world.say(lines: "RSET", "MAIL FROM:<a@client.example>")
        world.then { [unowned world] in
            world.gate.answer = { request in
                let wanted: DomainName = "mx9.example.org"
                if request.leg.triedServerNames.contains(wanted) || request.redial != .allowed { return .verdict(.accepting()) }
                return .redial(serverName: wanted)
            }
            world.client.say(octets("RCPT TO:<c@example.org>\r\n"))
        }
        world.say(lines: "RSET")
        world.then { better.stream.fail(.closed) }
        world.sayEnvelope(to: "c@example.org")
        world.say(lines: "DATA", ".", "QUIT")
        await world.run()
        #expect(world.dialled == 6)
        #expect(world.codes == [220, 250, 250, 451, 250, 250, 250, 250, 250, 250, 354, 250, 221])
        #expect(last.messages.count == 1)
        #expect(world.server.lines.last == "QUIT" && again.lines.last == "QUIT")
        #expect(busy.closing == .aborted && broken.closing == .aborted)
        #expect(world.journal.closed?.bytesFromUpstream == world.servers.reduce(0) { $0 + $1.stream.received })
    }

    @Test func `a verdict that wants a new session ends this one, after the replies before it`() async {
        let world = World(.server(secured()))
        world.gate.answer = { request in
            request.domain == "example.net" ? .verdict(.accepting()) : .verdict(.deferring(421, "4.3.0"))
        }
        world.server.on("RCPT", "550 5.1.1 unknown")
        world.sayHello()
        world.sayEnvelope(to: "b@example.net", "c@example.org")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 550, 421])
        #expect(world.server.lines.last == "QUIT")
    }

    @Test func `each domain has its own re-dials, and the policy is told who uses the leg`() async {
        let world = World(.server(secured()))
        for _ in 0..<4 { world.dials.append(.server(secured())) }
        world.gate.answer = { request in
            let wanted: DomainName = request.domain == "example.net" ? "mx1.example.net" : "mx2.example.org"
            if request.leg.serverName == wanted { return .verdict(.accepting(.dane, level: .daneVerified)) }
            guard request.redial == .allowed else { return .verdict(.deferring(421, "4.3.0")) }
            return request.leg.triedServerNames.contains(wanted) ? .verdict(.deferring()) : .redial(serverName: wanted)
        }
        world.sayHello()
        for domain in ["example.net", "example.org", "example.net", "example.org"] {
            world.sayEnvelope(to: "b@\(domain)")
            world.say(lines: "DATA", ".")
        }
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes.filter { $0 >= 400 } == [])
        #expect(world.dialled == 4)
        #expect(world.gate.requests.map(\.isLegShared) == [false, true, false, true, false, true, false])
    }

    @Test func `a full handshake is made under the same name when the policy asks for one`() async {
        let second = secured()
        let world = World(.server(secured()), .server(second))
        world.gate.answer = { [unowned world] _ in
            world.gate.requests.count == 1 ? .renew : .verdict(.accepting(.dane, level: .daneVerified))
        }
        world.sayMessage()
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(second.serverNames == ["mx1.example.net"])
        #expect(second.messages.count == 1)
    }

    @Test func `a re-dial that failed is told to the policy`() async {
        let world = World(.server(secured()), .refused("connection refused"), .server(secured()))
        world.gate.answer = wanting("mx2.example.org")
        world.sayHello()
        world.sayEnvelope(to: "b@example.org")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.gate.requests.map(\.redial) == [.allowed, .failed])
    }

    // MARK: The server closes an idle connection

    @Test(arguments: chunkSizes)
    func `a leg that ends while nothing is under way is dialled again in silence`(chunk: Int) async {
        let second = secured()
        let world = World(chunk: chunk, .server(secured()), .server(second))
        world.sayHello()
        world.then { [unowned world] in
            world.server.stream.say(end: .closed)
        }
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 221])
        #expect(second.messages.count == 1)
        #expect(world.gate.requests.count == 1)
    }

    @Test(arguments: [nil, "mx5.example.net"])
    func `the name known for the address is sent again, else the last one`(known: DomainName?) async {
        let second = secured()
        second.greeting = "220 mx9.example.net"
        let world = World(.server(secured()), .server(second))
        world.sayHello()
        world.then { [unowned world] in
            world.gate.firstServerName = known
            world.server.stream.fail(.closed)
        }
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(second.serverNames == [known ?? "mx1.example.net"])
    }

    @Test func `a leg that ends as the client's command arrives is dialled again in silence`() async {
        let second = ScriptedServer()
        let world = World(.server(ScriptedServer()), .server(second))
        world.sayHello()
        world.say(lines: "MAIL FROM:<a@client.example>")
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
            world.client.say(octets("RCPT TO:<b@example.net>\r\n"))
            _ = world.client.deliver(atMost: 1000)
        }
        world.say(lines: "NOOP", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 250, 221])
        #expect(second.commands("RCPT").count == 1)
    }

    @Test func `a leg that ends while its recipient is judged is dialled again and judged again`() async {
        let second = ScriptedServer()
        let world = World(.server(ScriptedServer()), .server(second))
        world.gate.whileJudging = { [unowned world] in
            world.gate.whileJudging = {}
            world.server.stream.fail(.closed)
        }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 221])
        #expect(world.gate.requests.count == 2)
        #expect(second.commands("MAIL").count == 1)
    }

    @Test func `a server that closes each leg while its recipient is judged is dialled again once`() async {
        let world = World()
        for _ in 0..<5 { world.dials.append(.server(ScriptedServer())) }
        world.gate.whileJudging = { [unowned world] in world.servers.last?.stream.fail(.closed) }
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: connection closed")
        #expect(world.dialled == 2)
    }

    @Test func `a leg that ends between messages is dialled again for the next`() async {
        let second = ScriptedServer()
        let world = World(.server(ScriptedServer()), .server(second))
        world.server.on(".", .replyAndClose("250 2.0.0 queued"))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", ".")
        world.sayEnvelope(to: "c@example.net")
        world.say(lines: "DATA", ".", "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 250, 250, 250, 354, 250, 221])
        #expect(second.messages.count == 1)
    }

    @Test func `a leg that ends after a refused message is dialled again for the next`() async {
        let second = ScriptedServer()
        let world = World(.server(ScriptedServer()), .server(second))
        world.server.on(".", .replyAndClose("554 5.6.0 no"))
        world.sayHello()
        world.sayEnvelope(to: "b@example.net")
        world.say(lines: "DATA", ".", "RSET")
        world.sayEnvelope(to: "c@example.net")
        world.say(lines: "QUIT")
        await world.run()
        #expect(world.codes == [220, 250, 250, 250, 354, 554, 250, 250, 250, 221])
        #expect(second.commands("RCPT").count == 1)
    }

    @Test func `when the server cannot be dialled again the session ends`() async {
        let world = World()
        world.sayHello()
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
        }
        world.sayEnvelope(to: "b@example.net")
        await world.run()
        #expect(world.replies.last == "421 4.4.1 203.0.113.25: connection refused")
    }

    @Test func `a leg that ends with replies outstanding ends the session`() async {
        let world = World()
        world.server.on("RCPT", .close)
        world.sayHello()
        world.sayGroup(to: "b@example.net", "c@example.net")
        await world.run()
        #expect(world.codes == [220, 250, 250, 421])
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: connection closed")
        #expect(world.journal.transactions.map(\.outcome) == [.aborted])
    }

    @Test func `a leg that ends before EHLO ends the session`() async {
        let world = World()
        world.then { [unowned world] in
            world.server.stream.fail(.closed)
        }
        await world.run()
        #expect(world.replies.last == "421 4.4.2 203.0.113.25: connection closed")
    }
}
