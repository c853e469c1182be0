import ArgumentParser

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
        let outcome = try await control.client().reload()
        for warning in outcome.warnings { writeError("warning: \(warning.printable)") }
        try show(outcome, json: control.json)
    }
}
