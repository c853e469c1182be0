import ArgumentParser
import ConfigurationFile
import FoundationEssentials
import Records
import TestSupport
import Testing

@testable import Journal
@testable import weft

@Suite struct `The command line` {
    static func commands(_ type: any ParsableCommand.Type = Weft.self) -> [any ParsableCommand.Type] {
        [type] + type.configuration.subcommands.flatMap { commands($0) }
    }

    @Test func `every command that does something teaches by example`() {
        let leaves = Self.commands().filter { $0.configuration.subcommands.isEmpty }
        #expect(leaves.count >= 7)
        for command in leaves {
            let help = command.helpMessage(columns: 100)
            #expect(help.contains("Example"), "\(command)")
            #expect(help.contains("  weft "), "\(command)")
        }
    }

    @Test(arguments: [
        ["decisions", "--bogus"], ["decisions", "--limit", "0"], ["decisions", "--since", "soon"], ["decisions", "--action", "drop"],
        ["decisions", "--follow", "--until", "1h"], ["session"], ["nonsense"], ["rules", "nftables", "--in-interface", "lan0"],
        ["rules", "iptables", "--no-local", "--forwarded", "--uid", "1"],
    ])
    func `wrong usage ends with 2 and says so on standard error`(_ arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { _ = try Weft.parseAsRoot(arguments) }
        let status = ExitStatus(error)
        #expect(status.code == 2)
        #expect(status.output.isEmpty)
        #expect(status.message.contains("Usage: weft"))
    }

    @Test(arguments: [["--help"], ["decisions", "--help"], ["--version"]])
    func `help and version end with 0 on standard output`(_ arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) {
            var command = try Weft.parseAsRoot(arguments)
            try command.run()
        }
        let status = ExitStatus(error)
        #expect(status.code == 0)
        #expect(!status.output.isEmpty && status.message.isEmpty)
    }

    @Test func `each failure has its exit code`() {
        #expect(ExitStatus(ExitStatus.no) == ExitStatus(code: 1))
        #expect(ExitStatus(JournalError(.ambiguous, "two")) == ExitStatus(code: 1, message: "weft: two"))
        #expect(ExitStatus(JournalError(.missing, "none")) == ExitStatus(code: 2, message: "weft: none"))
        let problem = ConfigurationError([.init(file: "a\u{1b}.toml", line: 3, message: "bad"), .init(message: "worse")])
        #expect(ExitStatus(problem) == ExitStatus(code: 2, message: "a\\x1b.toml:3: bad\nworse"))
    }

    @Test func `an argument that is quoted in an error is escaped`() throws {
        let error = try #require(throws: (any Error).self) { _ = try Weft.parseAsRoot(["decisions", "--a\u{1b}[2J"]) }
        #expect(!ExitStatus(error).message.contains("\u{1b}"))
    }

    @Test func `filters are what the journal has`() throws {
        let arguments = [
            "--domain", "Example.NET.", "--sender", "<>", "--client", "2001:DB8::1", "--action", "defer", "--since", "2h", "--limit", "7",
        ]
        let command = try Decisions.parse(arguments)
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let filter = command.filter(now: now)
        let since = now.addingTimeInterval(-7200)
        #expect(
            filter == DecisionFilter(domain: "example.net", client: ip("2001:db8::1"), sender: "", action: .defer, since: since, limit: 7))
    }

    @Test func `the journal's path comes from the command line before the configuration`() throws {
        let command = try Session.parse(["--config", "/nonexistent.toml", "--journal", "/nonexistent.db", "01KAQX"])
        #expect(throws: JournalError.self) { _ = try command.journal.open() }
        let other = try Session.parse(["--config", "/nonexistent.toml", "01KAQX"])
        #expect(throws: ConfigurationError.self) { _ = try other.journal.open() }
    }
}
