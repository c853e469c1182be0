import Admin
import ArgumentParser
import Basics
import FoundationEssentials
import Reports

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how the running daemon is.",
        discussion: """
            Exit code 0 when it runs and its journal can be written, 1 when the journal fails, 2 when no daemon answers.

            Examples:
              weft status
              weft status --json | jq .status.sessions
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let reply = try await control.send(.status)
        guard let status = reply.status else { throw AdminError(.noAnswer, "the daemon does not say how it is") }
        try control.print(reply, statusText(status, now: Date()))
        if status.journalFailure != nil { throw ExitStatus.no }
    }
}

struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have the running daemon read its configuration again, as SIGHUP does.",
        discussion: """
            A bad file keeps the old configuration, and the exit code is 2 then.

            Example:
              weft config check && weft reload
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let reply = try await control.send(.reload)
        for warning in reply.warnings ?? [] { writeError("warning: \(warning.printable)") }
        try control.print(reply, "configuration read again")
    }
}

/// How the daemon is, for a person.
func statusText(_ status: DaemonStatus, now: Date) -> String {
    let started = RFC3339.date(status.started)
    let lines = [
        ("version", status.version), ("process", "\(status.pid)"),
        ("started", started.map { "\(Human.time($0)) UTC (\(Human.relative($0, to: now)))" } ?? status.started),
        ("configured by", status.configuration), ("enforcement", status.enforcement),
        ("listens on", status.listen.joined(separator: ", ")), ("sessions", "\(status.sessions)"), ("overrides", "\(status.overrides)"),
        ("journal", status.journalFailure.map { "FAILING: \($0)" } ?? "written"),
        ("events lost", "\(status.journalLost)"),
    ]
    return lines.map { name, value in
        name + String(repeating: " ", count: max(1, 15 - name.count)) + value.printable
    }.joined(separator: "\n")
}
