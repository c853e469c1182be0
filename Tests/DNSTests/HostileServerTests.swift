import Basics
import Glibc
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import DNS

/// The resolver against servers that misbehave, each on a port of its own.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HostileServerTests {
    /// Runs `body` with a resolver that asks one server for each script.
    private func withResolver(
        timeout: Duration = .seconds(120), attempts: Int = 3, trustAD: Bool = true, rawTCP: Bool = false, cacheEntries: Int = 100,
        outstandingLimit: Int = 5_000, _ scripts: [ScriptedServer.Script],
        _ body: (StubResolver, [ScriptedServer]) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        var servers: [ScriptedServer] = []
        for script in scripts { servers.append(try await ScriptedServer.start(group: group, rawTCP: rawTCP, script: script)) }
        let configuration = DNSSettings(
            servers: servers.map(\.address), dnssec: trustAD ? .trustAD : .off, timeout: timeout, attempts: attempts,
            cacheEntries: cacheEntries, outstandingLimit: outstandingLimit)
        let resolver = StubResolver(settings: configuration, group: group)
        try await body(resolver, servers)
        await resolver.shutdown()
        for server in servers { try await server.stop() }
    }

    private func ask(_ resolver: StubResolver, _ name: DomainName = "host.example", refresh: Bool = false) async throws(DNSFailure)
        -> [String]
    {
        try await resolver.addresses(name, family: .ipv4, refresh: refresh).records.map(\.description)
    }

    /// The failure of a look-up, which must have one.
    private func failure(_ resolver: StubResolver, _ name: DomainName = "host.example") async -> DNSFailure? {
        do throws(DNSFailure) {
            Issue.record("an answer: \(try await ask(resolver, name))")
            return nil
        } catch {
            return error
        }
    }

    @Test func `replies with a wrong id or question are passed over and the right one is taken`() async throws {
        let script: ScriptedServer.Script = { query in
            var wrongID = query.response("192.0.2.66")
            wrongID.id = query.id ^ 1
            var wrongName = query.response("192.0.2.66")
            wrongName.question.name = "host.example.net"
            var wrongType = query.response("192.0.2.66")
            wrongType.question.type = 15
            var upperCase = query.response("192.0.2.1")
            upperCase.question.name = query.name.uppercased()
            return [[], [1], wrongID.bytes, wrongName.bytes, wrongType.bytes, upperCase.bytes]
        }
        try await withResolver([script]) { resolver, servers in
            try await #expect(ask(resolver) == ["192.0.2.1"])
            #expect(servers[0].queries.count == 1)
        }
    }

    @Test func `a reply from another source is not taken`() async throws {
        let forger = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(forger) }
        let script: ScriptedServer.Script = { query in
            // On loopback the datagram is delivered, or not, before this returns; the right reply follows.
            let forged = query.response("192.0.2.66").bytes
            let sent = query.source.withSockAddr { sendto(forger, forged, forged.count, 0, $0, socklen_t($1)) }
            #expect(sent == forged.count)
            return [query.response("192.0.2.1").bytes]
        }
        try await withResolver([script]) { resolver, servers in
            try await #expect(ask(resolver) == ["192.0.2.1"])
            #expect(servers[0].queries.count == 1)
        }
    }

    @Test func `garbage with the right id is followed by TCP`() async throws {
        let script: ScriptedServer.Script = { query in
            query.overTCP ? [query.response("192.0.2.1").bytes] : [Array(query.response("192.0.2.66").bytes.dropLast(3))]
        }
        try await withResolver([script]) { resolver, servers in
            try await #expect(ask(resolver) == ["192.0.2.1"])
            #expect(servers[0].queries.map(\.overTCP) == [false, true])
        }
    }

    @Test func `a datagram larger than was offered is not read`() async throws {
        let script: ScriptedServer.Script = { query in
            var message = query.response("192.0.2.66")
            if query.overTCP { return [query.response("192.0.2.1").bytes] }
            message.additional = [WireMessage.record("pad", 16, data: [UInt8](repeating: 0, count: 1_400))]
            return [message.bytes]
        }
        try await withResolver([script]) { resolver, _ in
            try await #expect(ask(resolver) == ["192.0.2.1"])
        }
    }

    @Test func `a truncated reply is asked for again over TCP`() async throws {
        let script: ScriptedServer.Script = { query in
            query.overTCP ? [query.response("192.0.2.1").bytes] : [query.response("192.0.2.66", flags: WireMessage.truncatedFlags).bytes]
        }
        try await withResolver([script]) { resolver, servers in
            try await #expect(ask(resolver) == ["192.0.2.1"])
            #expect(servers[0].queries.map(\.overTCP) == [false, true])
        }
    }

    /// What a server may send over TCP instead of a response with its length.
    enum Garbage: CaseIterable {
        case nothing, shortMessage, emptyMessage, zeros, flood

        var bytes: [UInt8] {
            switch self {
            case .nothing: []
            case .shortMessage: [0, 3, 1, 2, 3]
            case .emptyMessage: [0, 0]
            case .zeros: [0, 12] + [UInt8](repeating: 0, count: 12)
            case .flood: [UInt8](repeating: 0xff, count: 70_000)
            }
        }
    }

    @Test(arguments: Garbage.allCases)
    func `garbage over TCP is a failure`(garbage: Garbage) async throws {
        let script: ScriptedServer.Script = { query in
            query.overTCP ? (garbage == .nothing ? [] : [garbage.bytes]) : [query.response(flags: WireMessage.truncatedFlags).bytes]
        }
        try await withResolver(attempts: 1, rawTCP: true, [script]) { resolver, _ in
            let kind = await failure(resolver)?.kind
            #expect(kind == .malformed || kind == .serverFailure)
        }
    }

    @Test func `a truncated reply over TCP too is a failure`() async throws {
        try await withResolver(attempts: 1, [{ [$0.response(flags: WireMessage.truncatedFlags).bytes] }]) { resolver, _ in
            #expect(await failure(resolver)?.kind == .malformed)
        }
    }

    @Test func `silence is a time-out after every try`() async throws {
        try await withResolver(timeout: .milliseconds(50), attempts: 3, [{ _ in [] }]) { resolver, servers in
            let failure = await failure(resolver)
            #expect(failure?.kind == .timeout)
            #expect(failure?.detail == "no reply from \(ServerLink.name(servers[0].address)) within 50 ms")
            await servers[0].received(3)
            #expect(Set(servers[0].queries.map(\.id)).count > 1)
        }
    }

    @Test func `a dead server is left for the next, which then is asked first`() async throws {
        try await withResolver(attempts: 1, [{ _ in [] }, { [$0.response("192.0.2.1").bytes] }]) { resolver, servers in
            try await servers[0].stop()
            #expect(await failure(resolver)?.kind == .unreachable)
            try await #expect(ask(resolver) == ["192.0.2.1"])
            #expect(servers.map(\.queries.count) == [0, 1])
        }
    }

    @Test func `a query that gets no reply delays no other`() async throws {
        let script: ScriptedServer.Script = { $0.name == "slow.example" ? [] : [$0.response("192.0.2.1").bytes] }
        try await withResolver(timeout: .seconds(3600), [script]) { resolver, servers in
            let slow = Task { await failure(resolver, "slow.example") }
            await servers[0].received(1)
            for number in 0..<200 { try await #expect(ask(resolver, "h\(number).example") == ["192.0.2.1"]) }
            #expect(resolver.outstanding == 1)
            slow.cancel()
            #expect(await slow.value == DNSFailure(.timeout, "the look-up was cancelled"))
        }
    }

    @Test func `a thousand look-ups are outstanding at once, on a few ports, and end with the resolver`() async throws {
        let count = 1_000
        // So many datagrams at once overrun the socket of the server, so each is sent again every second until the server has seen as many.
        try await withResolver(timeout: .seconds(1), attempts: 1_000, [{ _ in [] }]) { resolver, servers in
            let tasks = (0..<count).map { number in
                Task { try await resolver.addresses("h\(number).example", family: .ipv4, refresh: false).records.map(\.description) }
            }
            await servers[0].received(count)
            #expect(resolver.outstanding > 500)
            // Several ports, but far fewer than look-ups.
            #expect((2...100).contains(Set(servers[0].queries.map { $0.source.port }).count))
            await resolver.shutdown()
            for task in tasks { await #expect(throws: DNSFailure.self) { try await task.value } }
            #expect(resolver.outstanding == 0)
        }
    }

    @Test func `equal look-ups are asked once and then come from the cache`() async throws {
        try await withResolver([{ $0.number == 1 ? [] : [$0.response("192.0.2.2").bytes] }]) { resolver, servers in
            let tasks = (0..<50).map { _ in Task<[String], any Error> { try await ask(resolver, "Same.example.") } }
            while resolver.waiting < tasks.count { await Task.yield() }
            await servers[0].received(1)
            let query = servers[0].queries[0]
            try await servers[0].send(query.response("192.0.2.1"), to: query)
            for task in tasks { try await #expect(task.value == ["192.0.2.1"]) }
            try await #expect(ask(resolver, "same.example") == ["192.0.2.1"])
            #expect(servers[0].queries.count == 1)
            try await #expect(ask(resolver, "same.example", refresh: true) == ["192.0.2.2"])
            try await #expect(ask(resolver, "same.example") == ["192.0.2.2"])
            #expect(servers[0].queries.count == 2)
        }
    }

    @Test func `a failure is not cached`() async throws {
        let script: ScriptedServer.Script = { [$0.response("192.0.2.1", flags: $0.number == 1 ? 0x8185 : 0x8180).bytes] }
        try await withResolver([script]) { resolver, _ in
            #expect(await failure(resolver)?.kind == .refused)
            try await #expect(ask(resolver) == ["192.0.2.1"])
        }
    }

    @Test func `past the limit a look-up fails at once`() async throws {
        try await withResolver(timeout: .seconds(3600), outstandingLimit: 2, [{ _ in [] }]) { resolver, servers in
            let tasks = (0..<2).map { number in Task { await failure(resolver, "h\(number).example") } }
            await servers[0].received(2)
            #expect(await failure(resolver, "h2.example")?.kind == .tooMany)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.kind == .timeout) }
        }
    }

    @Test(arguments: [
        (UInt16(0x8181), DNSFailure.Kind.serverFailure, "FORMERR"), (0x8184, .serverFailure, "NOTIMP"), (0x8185, .refused, "REFUSED"),
        (0x8100, .refused, "no recursion"), (0x8182, .serverFailure, "SERVFAIL"),
    ])
    func `an error code is a failure, and the next server is asked`(flags: UInt16, kind: DNSFailure.Kind, text: String) async throws {
        let failing: ScriptedServer.Script = { [$0.response(flags: flags).bytes] }
        try await withResolver([failing]) { resolver, _ in
            let failure = await failure(resolver)
            #expect(failure?.kind == kind)
            #expect(failure?.detail.contains(text) == true)
        }
        try await withResolver([failing, { [$0.response("192.0.2.1").bytes] }]) { resolver, _ in
            try await #expect(ask(resolver) == ["192.0.2.1"])
        }
    }

    @Test(arguments: [(UInt16(0x8181), "FORMERR"), (0x8184, "NOTIMP"), (0x8182, "SERVFAIL")])
    func `an error code without a question is an answer at once`(flags: UInt16, text: String) async throws {
        let failing: ScriptedServer.Script = { query in
            var bytes = Array(query.response(flags: flags).bytes.prefix(12))
            bytes[5] = 0
            return [bytes]
        }
        try await withResolver(timeout: .seconds(3600), [failing]) { resolver, _ in
            let failure = await failure(resolver)
            #expect(failure?.kind == .serverFailure)
            #expect(failure?.detail.contains(text) == true)
        }
        try await withResolver(timeout: .seconds(3600), [failing, { [$0.response("192.0.2.1").bytes] }]) { resolver, _ in
            try await #expect(ask(resolver) == ["192.0.2.1"])
        }
    }

    @Test func `SERVFAIL that goes away with checking disabled is bogus, and no other server is asked`() async throws {
        let bogus: ScriptedServer.Script = { query in
            if query.checkingDisabled { return [query.response("192.0.2.66").bytes] }
            var message = query.response(flags: 0x8182)
            message.additional = [WireMessage.opt([(15, [0, 6] + Array("no\nsignature".utf8))])]
            return [message.bytes]
        }
        try await withResolver([bogus, { [$0.response("192.0.2.66").bytes] }]) { resolver, servers in
            let failure = await failure(resolver)
            #expect(failure?.kind == .bogus)
            #expect(failure?.detail == "SERVFAIL from \(ServerLink.name(servers[0].address)) (EDE 6 DNSSEC Bogus: no\\x0asignature)")
            #expect(servers[1].queries.isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `the AD bit makes an answer secure only if it is to be trusted`(trustAD: Bool) async throws {
        let script: ScriptedServer.Script = { [$0.response("192.0.2.1", flags: WireMessage.authenticFlags).bytes] }
        try await withResolver(trustAD: trustAD, [script]) { resolver, _ in
            let answer = try await resolver.addresses("host.example", family: .ipv4, refresh: false)
            #expect(answer.status == (trustAD ? .secure : .insecure))
        }
    }

    @Test(arguments: [(WireMessage.recursionFlags, false), (WireMessage.authenticFlags, true)])
    func `the probe tells a validating resolver from another`(flags: UInt16, validates: Bool) async throws {
        try await withResolver([{ [$0.response(flags: flags).bytes] }]) { resolver, servers in
            let result = await resolver.probe()
            #expect((result == .validates) == validates)
            if case .doesNotValidate(let detail) = result { #expect(detail.hasPrefix(ServerLink.name(servers[0].address))) }
            #expect(servers[0].queries.map(\.name) == [""])
        }
    }

    @Test func `a closed port is unreachable, for a look-up and for the probe`() async throws {
        try await withResolver(attempts: 2, [{ _ in [] }]) { resolver, servers in
            try await servers[0].stop()
            #expect(await failure(resolver)?.kind == .unreachable)
            guard case .unreachable = await resolver.probe() else {
                Issue.record("the probe reached a closed port")
                return
            }
        }
    }

    @Test func `without resolvers a look-up fails`() async {
        let resolver = StubResolver(settings: .init(servers: []), group: MultiThreadedEventLoopGroup.singleton)
        #expect(await failure(resolver) == DNSFailure(.unreachable, "no resolver is configured"))
        #expect(await resolver.probe() == .unreachable("no resolver is configured"))
        await resolver.shutdown()
    }

    @Test func `after shutdown a look-up fails`() async throws {
        try await withResolver([{ [$0.response("192.0.2.1").bytes] }]) { resolver, _ in
            try await #expect(ask(resolver) == ["192.0.2.1"])
            await resolver.shutdown()
            #expect(await failure(resolver, "other.example")?.kind == .unreachable)
        }
    }
}
