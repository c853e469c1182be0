import ArgumentParser
import FoundationEssentials
import Reports

extension OverrideCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the overrides in force, or all of them.",
            discussion: """
                Exit code 1 when there is none.

                Examples:
                  weft override list
                  weft override list --ended --json | jq 'select(.domain == "example.net")'
                """)

        @OptionGroup var journal: JournalOptions

        @Flag(help: "Those that have ended or were removed too.")
        var ended = false

        func run() async throws {
            let now = Date()
            let reader = try journal.open()
            let overrides = ended ? try await reader.overrideTrail(domain: nil) : try await reader.overrides(now: now)
            guard !overrides.isEmpty else {
                writeError(ended ? "no override was ever made, as far as the journal goes back" : "no override is in force")
                throw ExitStatus.no
            }
            try show(OverrideList(overrides, now: now), json: journal.json)
        }
    }
}
