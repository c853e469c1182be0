import ArgumentParser
import Configuration
import DNS
import FoundationEssentials
import Policy
import SMTP

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would happen to mail for a domain now, and why.",
        discussion: """
            Makes the look-ups that the daemon makes (MX, addresses, TLSA, MTA-STS), with the daemon's configuration and cached policies,
            and says what each MX host has to show for mail to pass. No MX host is dialled.

            Exit code 0 when mail can pass, 1 when it would be deferred or refused whatever the servers show.

            Examples:
              weft check example.net
              weft check example.net --to 203.0.113.25
              weft check example.net --json | jq '.hosts[].demand'
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Argument(help: "The recipients' domain; U-labels are converted.")
    var domain: String

    @Option(help: ArgumentHelp("The address that a client would connect to.", valueName: "ip"))
    var to: String?

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let name: String
        do { name = try DomainName(domain).name } catch { throw ValidationError("\"\(domain)\" is not a domain name: \(error)") }
        let destination = try to.map { text in
            guard let address = IPAddress(text) else { throw ValidationError("\"\(text)\" is not an IP address") }
            return address
        }
        let settings = try configuration.load()
        let inquiry = try Inquiry(settings)
        let evidence = await inquiry.policy.evidence(name, port: 25, deadline: .now + settings.timeouts.fetch + .seconds(30))?.evidence
        await inquiry.stop()
        guard let evidence else {
            writeError("the look-ups about \(name) did not end in time")
            throw ExitStatus.no
        }
        let decision = inquiry.policy.settings(for: name)
        let forecasts = forecast(evidence, to: destination, settings: decision, now: Date())
        if json {
            writeOutput(try jsonLine(CheckJSON(evidence, forecasts, decision)))
        } else {
            writeOutput(checkText(evidence, forecasts, decision, now: Date(), .standardOutput()))
        }
        if forecasts.allSatisfy(\.isHopeless) { throw ExitStatus.no }
    }
}
