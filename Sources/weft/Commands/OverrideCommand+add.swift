import ArgumentParser
import Basics
import FoundationEssentials
import Records

extension OverrideCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exempt a domain until then. The daemon must run.",
            discussion: """
                Takes effect at once, in place of an override that the domain has. At most 90 days.

                Examples:
                  weft override add example.net --until 2h --reason "they moved their MX; ticket 4711"
                  weft override add example.net --until 2026-12-01 --allow encrypted --reason "certificate expired, postmaster told"
                """)

        @OptionGroup var control: ControlOptions

        @Argument(help: "The recipients' domain; U-labels are converted.", transform: policyDomain)
        var domain: DomainName

        @Option(help: ArgumentHelp("What passes.", valueName: "kind"))
        var allow: OverrideKind = .any

        @Option(help: ArgumentHelp("When it ends. \(Deadline.help)", valueName: "time"))
        var until: Deadline

        @Option(help: ArgumentHelp("Why, for those who look back.", valueName: "text"))
        var reason: String

        func run() async throws {
            let made = try await control.client().addOverride(
                domain: domain, kind: allow, until: until.date(now: Date()), reason: reason)
            try show(made, json: control.json)
        }
    }
}

extension OverrideKind: ExpressibleByArgument {
    /// Each word with what it means: the help text.
    public static var allValueDescriptions: [String: String] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.summary) })
    }
}
