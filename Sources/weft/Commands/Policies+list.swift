import ArgumentParser
import FoundationEssentials
import Reports

extension Policies {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the cached policies.",
            discussion: """
                Exit code 1 when there is none.

                Examples:
                  weft policies list
                  weft policies list --all --json | jq -r 'select(.last_error) | .domain'
                """)

        @OptionGroup var journal: JournalOptions

        @Flag(help: "The expired ones too.")
        var all = false

        func run() async throws {
            let policies = try await journal.open().policies(includeExpired: all, now: Date())
            guard !policies.isEmpty else {
                writeError("no policy is cached")
                throw ExitStatus.no
            }
            try show(PolicyList(policies), json: journal.json)
        }
    }
}
