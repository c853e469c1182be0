import Testing

@testable import Assembly
@testable import ConfigurationFile

@Suite struct `A running daemon reloads` {
    @Test func `new sessions go by the new file, old ones by the one they began with`() async throws {
        let house = try await House("[limits]\ntransactions = 1")
        let old = try await house.session()
        #expect(try await old.ask("MAIL FROM:<a@example.com>").hasPrefix("250"))

        try house.write("[limits]\ntransactions = 2")
        #expect(try await house.reload().get() == [])

        #expect(try await old.ask("RSET").hasPrefix("250"))
        #expect(try await old.ask("MAIL FROM:<b@example.com>").hasPrefix("421"))
        let new = try await house.session()
        #expect(try await new.ask("MAIL FROM:<a@example.com>").hasPrefix("250"))
        #expect(try await new.ask("RSET").hasPrefix("250"))
        #expect(try await new.ask("MAIL FROM:<b@example.com>").hasPrefix("250"))
        await house.stop()
    }

    @Test func `the number of sessions is changed for the next`() async throws {
        let house = try await House("[limits]\nsessions = 1")
        let first = try await house.session()
        #expect(try await house.client().line().hasPrefix("421"))
        try house.write("[limits]\nsessions = 2")
        #expect(try await house.reload().get() == [])
        #expect(try await house.client().line().hasPrefix("220"))
        #expect(try await first.ask("NOOP").hasPrefix("250"))
        await house.stop()
    }

    @Test func `a file with errors changes nothing`() async throws {
        let house = try await House("[limits]\ntransactions = 1")
        let before = house.daemon.running.value
        try house.write("[limits]\ntransactions = 2\nline = 1")
        guard case .failure(let failure) = await house.reload() else { throw Unexpected() }
        #expect("\(failure)".contains("[limits] line"))
        #expect(house.daemon.running.value == before)
        await house.stop()
    }

    @Test func `roots that cannot be read change nothing`() async throws {
        let house = try await House("")
        let before = house.daemon.running.value
        try house.write("[policy]\nreport-sender = \"a@example.com\"\n[tls]\ntrust = \"/nonexistent/roots.pem\"")
        guard case .failure(let failure) = await house.reload() else { throw Unexpected() }
        #expect("\(failure)".contains("[tls] trust"))
        #expect(house.daemon.running.value == before)
        await house.stop()
    }

    @Test func `keys that take a restart are named, and keep being named`() async throws {
        let house = try await House("")
        try house.write("[policy]\nreport-sender = \"a@example.com\"\n[admin]\nsocket = \"/other.sock\"")
        let named = ["[admin] socket changed: takes effect after a restart (the socket is opened at the start)"]
        #expect(try await house.reload().get() == named)
        #expect(try await house.reload().get() == named)
        #expect(house.daemon.running.value.relay.reportSender == "a@example.com")
        await house.stop()
    }

    @Test func `the journal takes over how long it keeps`() async throws {
        let house = try await House("", journal: "retention = \"2d\"")
        try house.write("", journal: "retention = \"1d\"\nmax-size = \"1GiB\"")
        #expect(try await house.reload().get() == [])
        #expect(house.daemon.journal.settings.retention == .seconds(86_400))
        #expect(house.daemon.journal.settings.maximumSize == 1 << 30)
        await house.stop()
    }
}

private struct Unexpected: Error {}
