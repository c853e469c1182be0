import ArgumentParser
import Basics
import FoundationEssentials
import Reports

struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Exempt domains from their policies for a while.",
        discussion: """
            Mail for an exempted domain passes whatever its policy says, and each decision is recorded as such. An override ends by itself; \
            who made it, why, and who removed it stays in the journal.
            """,
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exempt a domain until then. The daemon must run.",
            discussion: """
                Takes effect at once, in place of an override that the domain has. At most 90 days.

                Examples:
                  weft override add example.net --until 2h --reason "they moved their MX; ticket 4711"
                  weft override add example.net --until 2026-12-01 --reason "certificate expired, postmaster told"
                """)

        @OptionGroup var control: ControlOptions

        @Argument(help: "The recipients' domain; U-labels are converted.", transform: policyDomain)
        var domain: DomainName

        @Option(help: ArgumentHelp("When it ends. \(Deadline.help)", valueName: "time"))
        var until: Deadline

        @Option(help: ArgumentHelp("Why, for those who look back.", valueName: "text"))
        var reason: String

        func run() async throws {
            let made = try await control.client().addOverride(domain: domain, until: until.date(now: Date()), reason: reason)
            try show(made, json: control.json)
        }
    }

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

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the override of a domain now. The daemon must run.",
            discussion: """
                Exit code 1 when there is none.

                Example:
                  weft override remove example.net
                """)

        @OptionGroup var control: ControlOptions

        @Argument(help: "The recipients' domain.", transform: policyDomain)
        var domain: DomainName

        func run() async throws {
            let removal = try await control.client().removeOverride(domain: domain)
            try control.show(removal, found: removal.found)
        }
    }
}
