import ArgumentParser
import Assembly
import Basics
import Reports

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would happen to mail for a domain now, and why.",
        discussion: """
            Makes the look-ups that the daemon makes (MX, addresses, TLSA, MTA-STS), with the daemon's configuration, overrides and cached
            policies, and says what each MX host has to show for mail to pass. With --probe the hosts are dialled as a session would (EHLO,
            STARTTLS, EHLO, QUIT; no mail) and judged by what they show.

            Exit code 0 when mail can pass, 1 when it would be deferred or refused: whatever the servers show, or with --probe by what
            they showed.

            Examples:
              weft check example.net
              weft check example.net --to 203.0.113.25
              weft check example.net --probe
              weft check example.net --json | jq '.forecast[].demand'
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Argument(help: "The recipients' domain; U-labels are converted.", transform: policyDomain)
    var domain: DomainName

    @Option(help: ArgumentHelp("The address that a client would connect to.", valueName: "ip"), transform: address)
    var to: IPAddress?

    @Flag(help: "Dial the MX hosts, and judge what they show. Needs the mark that the daemon uses: root, or CAP_NET_ADMIN.")
    var probe = false

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let inquiry = try Inquiry(configuration.load())
        if let warning = inquiry.warning { writeError("warning: \(warning.printable)") }
        let outlook = await inquiry.outlook(for: domain, to: to, isProbing: probe)
        await inquiry.stop()
        guard let outlook else {
            writeError("the look-ups about \(domain) did not end in time")
            throw ExitStatus.no
        }
        try show(CheckView(outlook), json: json)
        if !outlook.canPass { throw ExitStatus.no }
    }
}
