import ArgumentParser
import Basics

extension Policies {
    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the policy of a domain out of the cache. The daemon must run.",
            discussion: """
                Until mail for the domain has it fetched again, no policy protects it: a policy that is merely outdated is better refreshed. \
                Its history stays. Exit code 1 when none is cached.

                Example:
                  weft policies forget example.net
                """)

        @OptionGroup var control: ControlOptions

        @Argument(help: "The policy domain.", transform: policyDomain)
        var domain: DomainName

        func run() async throws {
            let removal = try await control.client().forgetPolicy(domain: domain)
            try control.show(removal, found: removal.found)
        }
    }
}
