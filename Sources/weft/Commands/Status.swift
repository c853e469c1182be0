import ArgumentParser
import Basics

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how the running daemon is, or what it has learned of servers.",
        discussion: """
            Exit code 0 when it runs and its journal can be written, 1 when the journal fails, 2 when no daemon answers.

            With --learned it is what the daemon goes by that no file says: EHLO keywords that a server lacked once, TLS that broke after the
            handshake, the name that a server was authenticated as; each until it is forgotten. Exit code 1 when there is nothing.

            Examples:
              weft status
              weft status --json | jq .sessions
              weft status --learned 203.0.113.25
            """)

    @OptionGroup var control: ControlOptions

    @Flag(help: "What was learned of servers, in place of the daemon's state.")
    var learned = false

    @Argument(help: "Of this server only; with --learned.", transform: weft.address)
    var address: IPAddress?

    func validate() throws {
        if address != nil, !learned { throw ValidationError("An address goes with --learned.") }
    }

    func run() async throws {
        if learned { return try await showLearned() }
        let status = try await control.client().status()
        try show(status, json: control.json)
        if status.journalFailure != nil { throw ExitStatus.no }
    }

    private func showLearned() async throws {
        let list = try await control.client().learned(about: address)
        guard !list.facts.isEmpty else {
            writeError("nothing is known of \(address.map { "\($0)" } ?? "any server")")
            throw ExitStatus.no
        }
        try show(list, json: control.json)
    }
}
