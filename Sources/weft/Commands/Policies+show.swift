import ArgumentParser
import Basics
import Reports

extension Policies {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the cached policy of a domain, with its text.",
            discussion: """
                Exit code 1 when there is none.

                Example:
                  weft policies show example.net
                """)

        @OptionGroup var journal: JournalOptions

        @Argument(help: "The policy domain.", transform: policyDomain)
        var domain: DomainName

        func run() async throws {
            guard let policy = try await journal.open().policy(domain) else {
                writeError("no policy of \(domain) is cached")
                throw ExitStatus.no
            }
            try show(PolicyView(policy), json: journal.json)
        }
    }
}
