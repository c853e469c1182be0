import ArgumentParser
import Basics
import Reports

extension Policies {
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the policies that a domain had, oldest first.",
            discussion: """
                Exit code 1 when there is none.

                Example:
                  weft policies history example.net
                """)

        @OptionGroup var journal: JournalOptions

        @Argument(help: "The policy domain.", transform: policyDomain)
        var domain: DomainName

        func run() async throws {
            let rows = try await journal.open().policyHistory(domain)
            guard !rows.isEmpty else {
                writeError("no policy of \(domain) was ever fetched")
                throw ExitStatus.no
            }
            try show(PolicyHistoryView(rows), json: journal.json)
        }
    }
}
