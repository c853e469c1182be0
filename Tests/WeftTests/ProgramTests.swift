import Foundation
import RecordsTesting
import TestSupport
import Testing

@testable import Journal
@testable import Records

/// What the shell of an operator sees: exit codes, and what goes where.
@Suite struct `The program as it was built` {
    let program: Program

    init() throws {
        program = try Program()
    }

    /// A journal with so many decisions.
    private func writeJournal(_ count: Int) async throws {
        let journal = try Journal(.init(path: program.directory.journal), logger: .quiet)
        for number in 0..<count { journal.record(.decision(.sample(at: morning + Double(number)))) }
        try await journal.commit()
        await journal.close()
    }

    @Test func `help and version are printed`() throws {
        let version = try program.run("--version")
        #expect(version.status == 0 && version.errors == "")
        #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        let help = try program.run("decisions", "--help")
        #expect(help.status == 0 && help.errors == "" && help.output.contains("USAGE: weft decisions"))
    }

    @Test(arguments: [["--bogus"], ["nonsense"], ["decisions", "--bogus"], ["decisions", "--limit", "0"], ["session"], ["check"]])
    func `wrong usage ends with 2, and says why on standard error`(arguments: [String]) throws {
        let child = try program.start(arguments)
        #expect(child.waitUntilExit() == 2)
        #expect(program.text(of: "output") == "")
        #expect(program.text(of: "errors").contains("Usage: weft"))
    }

    @Test func `a journal that is missing is a matter of the environment`() throws {
        let run = try program.run("decisions", "--journal", "none.db", "--json")
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.hasPrefix("weft: ") && run.errors.contains("none.db"))
    }

    @Test func `a daemon that is missing is a matter of the environment`() throws {
        let run = try program.run("status", "--socket", "none.sock", "--json")
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.hasPrefix("weft: no daemon listens on none.sock"))
    }

    @Test func `what is found is one JSON object a line`() async throws {
        try await writeJournal(3)
        let run = try program.run("decisions", "--journal", "journal.db", "--json")
        #expect(run.status == 0 && run.errors == "" && run.lines.count == 3)
        for line in run.lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["domain"] as? String == "example.com")
        }
    }

    @Test func `nothing found is 1, and said on standard error`() async throws {
        try await writeJournal(1)
        let run = try program.run("decisions", "--journal", "journal.db", "--domain", "none.example")
        #expect(run.status == 1 && run.output == "" && run.errors == "weft: no decision passes these filters\n")
        let session = try program.run("session", "--journal", "journal.db", "01KB4Q2M7F6N8P0R2T4V6X8Z0A", "--json")
        #expect(session.status == 1 && session.output == "" && session.errors.hasPrefix("weft: no session or decision"))
    }

    @Test func `problems of a configuration are one JSON object a line, or lines on standard error`() throws {
        try program.write("[listen]\naddress = 3\nnonsense = 1\n", to: "weft.toml")
        let json = try program.run("config", "check", "--config", "weft.toml", "--json")
        #expect(json.status == 2 && json.errors == "" && json.lines.count == 2)
        #expect(json.lines.allSatisfy { $0.hasPrefix("{\"file\":\"weft.toml\",") })
        let text = try program.run("config", "check", "--config", "weft.toml")
        #expect(text.status == 2 && text.output == "" && text.errors.hasPrefix("weft.toml:2: "))
        let doctor = try program.run("doctor", "--config", "weft.toml", "--json")
        #expect(doctor.status == 1 && doctor.errors == "" && doctor.lines.count == 2)
    }

    @Test func `without a standard output nothing is harmed, and the end is 2`() async throws {
        try await writeJournal(3)
        let run = try program.run("decisions", "--journal", "journal.db", shell: #"exec "$@" >&-"#)
        #expect(run.status == 2 && run.errors == "")
        #expect(try program.run("decisions", "--journal", "journal.db", "--json").lines.count == 3)
    }

    @Test func `a reader that has gone away ends it without a word`() async throws {
        try await writeJournal(3)
        // The reader ends before anything is written.
        let shell = #"{ sleep 0.2; "$@"; echo $? >status; } | :"#
        _ = try program.run("decisions", "--journal", "journal.db", shell: shell)
        #expect(["2\n", "141\n"].contains(program.text(of: "status")))
        #expect(program.text(of: "errors") == "")
    }
}
