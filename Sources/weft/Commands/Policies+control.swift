import Admin
import ArgumentParser
import Basics
import FoundationEssentials
import Reports

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
            let name = domain.text
            let reply = try await control.send(.refreshPolicy(domain: name))
            guard let outcome = reply.policy else { throw AdminError(.noAnswer, "the daemon does not say what came of it") }
            try control.print(reply, outcomeText(outcome, domain: name, now: Date()))
            if outcome.result != .fetched { throw ExitStatus.no }
        }
    }

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
            let name = domain.text
            let reply = try await control.send(.forgetPolicy(domain: name))
            let found = reply.found == true
            if control.json || found {
                try control.print(reply, "the policy of \(name) is forgotten")
            } else {
                writeError("no policy of \(name) is cached")
            }
            if !found { throw ExitStatus.no }
        }
    }
}

/// What came of fetching a policy, in a sentence or two.
func outcomeText(_ outcome: PolicyOutcome, domain: String, now: Date) -> String {
    let failure = outcome.failure.map { ": \($0)" } ?? ""
    var text =
        switch outcome.result {
        case .fetched: "\(domain): fetched"
        case .kept: "\(domain): could not be fetched\(failure)"
        case .none: "\(domain): no policy\(failure)"
        case .pending: "\(domain): still being fetched; look again later with weft policies show"
        }
    if let id = outcome.id, let mode = outcome.mode, let expires = outcome.expires.flatMap(RFC3339.date) {
        let end = expires <= now ? "has expired, \(Human.relative(expires, to: now))" : "expires \(Human.relative(expires, to: now))"
        let life = outcome.result == .kept ? "; the cached one \(end)" : ", \(end)"
        text += "\(life): mode \(mode), id \(id), mx \((outcome.mx ?? []).joined(separator: " "))"
    }
    return text.printable
}
