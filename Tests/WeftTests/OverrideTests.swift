import Admin
import Basics
import FoundationEssentials
import Records
import Testing

@testable import weft

@Suite struct `Overrides on the command line` {
    let now = RFC3339.date("2026-11-23T08:15:30.250Z") ?? .distantPast

    @Test(arguments: [
        ("2h", "2026-11-23T10:15:30.250Z"), ("3d", "2026-11-26T08:15:30.250Z"), ("2026-12-01", "2026-12-01T00:00:00.000Z"),
        ("2026-12-01T12:00:00+01:00", "2026-12-01T11:00:00.000Z"),
    ])
    func `an end is ahead`(text: String, time: String) throws {
        #expect(RFC3339.text(try #require(Deadline(argument: text)).date(now: now)) == time)
    }

    @Test(arguments: [
        ["override", "add", "example.net", "--until", "2h"], ["override", "add", "example.net", "--reason", "why"],
        ["override", "add", "example.net", "--until", "2h", "--reason", "why", "--allow", "most"],
        ["override", "add", "example.net", "--until", "soon", "--reason", "why"], ["override", "add", "--until", "2h", "--reason", "why"],
        ["override", "remove"], ["explain"], ["explain", "01KB4Q2M7F", "--enforcement", "perhaps"], ["policies", "refresh"],
    ])
    func `without an end, a reason or a domain there is none`(_ arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { _ = try Weft.parseAsRoot(arguments) }
        #expect(ExitStatus(error).code == 2)
    }

    @Test(arguments: OverrideKind.allCases) func `each kind is allowed by its word, and the help says what it means`(kind: OverrideKind)
        throws
    {
        let line = ["override", "add", "example.net", "--until", "2h", "--reason", "why"]
        let command = try #require(try Weft.parseAsRoot(line + ["--allow", kind.rawValue]) as? OverrideCommand.Add)
        #expect(command.allow == kind)
        let bare = try #require(try Weft.parseAsRoot(line) as? OverrideCommand.Add)
        #expect(bare.allow == .any)
        let help = OverrideCommand.Add.helpMessage(columns: 200)
        #expect(help.contains(kind.rawValue) && help.contains(kind.summary))
    }

    @Test(arguments: OverrideKind.allCases) func `the pages name each kind`(kind: OverrideKind) throws {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        func page(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: "/\(directory)/docs/\(name)")), as: UTF8.self)
        }
        #expect(try page("decisions.md").contains("\n| `\(kind.rawValue)` | \(kind.summary) |\n"))
        #expect(try page("man/weft.1").contains("\n.Cm \(kind.rawValue) ,\n\(kind.summary)"))
    }

    @Test func `without a daemon the environment is wrong`() {
        #expect(ExitStatus(AdminError(.notRunning, "no daemon")) == ExitStatus(code: 2, message: "weft: no daemon"))
    }
}
