import ArgumentParser
import ConfigurationFile

/// The command line: one subcommand a file, no logic here.
@main struct Weft: AsyncParsableCommand {
    /// The release, as `weft --version` prints it.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "weft",
        abstract: "A transparent outbound SMTP proxy that enforces delivery policy (DANE, MTA-STS).",
        discussion: """
            Exit codes: 0 yes or done, 1 no or not found, 2 wrong usage or environment.

            Examples:
              weft serve --config weft.toml             run the proxy
              weft config check --config weft.toml      is this file good?
              weft rules nftables | nft -f -            redirect outbound mail to Weft
              weft decisions --since 2h --action defer  what was held back, and why
              weft session 01KB4Q2M7F                   one session, line by line
              weft explain 01KB4Q2M7F8N                 one decision: why, and what if
            """,
        version: version,
        subcommands: [
            Serve.self, Check.self, Decisions.self, Session.self, Explain.self, Policies.self, OverrideCommand.self, Rules.self,
            ConfigCommand.self, DoctorCommand.self, Status.self, Reload.self,
        ])

    /// Runs the command that the arguments name, and ends the process with our exit codes.
    static func main() async {
        holdStandardStreams()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            ExitStatus(error).end()
        }
    }
}
