import ArgumentParser

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how the running daemon is.",
        discussion: """
            Exit code 0 when it runs and its journal can be written, 1 when the journal fails, 2 when no daemon answers.

            Examples:
              weft status
              weft status --json | jq .sessions
            """)

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let status = try await control.client().status()
        try show(status, json: control.json)
        if status.journalFailure != nil { throw ExitStatus.no }
    }
}
