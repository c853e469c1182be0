import ArgumentParser
import Basics

extension Policies {
    struct Refresh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch the policy of a domain now. The daemon must run.",
            discussion: """
                Prints what came of it. A policy that is cached stays when it cannot be fetched. Exit code 1 when there is no policy, or it \
                could not be fetched.

                Example:
                  weft policies refresh example.net
                """)

        @OptionGroup var control: ControlOptions

        @Argument(help: "The policy domain.", transform: policyDomain)
        var domain: DomainName

        func run() async throws {
            let outcome = try await control.client().refreshPolicy(domain: domain)
            try show(outcome, json: control.json)
            if outcome.result != .fetched { throw ExitStatus.no }
        }
    }
}
