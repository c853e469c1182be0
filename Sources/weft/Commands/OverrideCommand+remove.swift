import ArgumentParser
import Basics

extension OverrideCommand {
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
