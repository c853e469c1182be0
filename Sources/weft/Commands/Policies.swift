import ArgumentParser
import Basics
import FoundationEssentials
import Reports

struct Policies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the cached MTA-STS policies, fetch or forget one.",
        subcommands: [List.self, Show.self, History.self, Refresh.self, Forget.self],
        defaultSubcommand: List.self)

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
