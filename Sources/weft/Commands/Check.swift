import ArgumentParser
import Assembly
import Basics
import ConfigurationFile
import DNS
import FoundationEssentials
import Policy
import Reports
import SMTP

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would happen to mail for a domain now, and why.",
        discussion: """
            Makes the look-ups that the daemon makes (MX, addresses, TLSA, MTA-STS), with the daemon's configuration and cached policies,
            and says what each MX host has to show for mail to pass. With --probe the hosts are dialled as a session would (EHLO,
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

    @Argument(help: "The recipients' domain; U-labels are converted.")
    var domain: String

    @Option(help: ArgumentHelp("The address that a client would connect to.", valueName: "ip"))
    var to: String?

    @Flag(help: "Dial the MX hosts, and judge what they show. Needs the mark that the daemon uses: root, or CAP_NET_ADMIN.")
    var probe = false

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
        let name: DomainName
        do { name = try DomainName(domain, as: .mail) } catch { throw ValidationError("\"\(domain)\" is not a domain name: \(error)") }
        let destination = try to.map { text in
            guard let address = IPAddress(text) else { throw ValidationError("\"\(text)\" is not an IP address") }
            return address
        }
        let settings = try configuration.load()
        let inquiry = try Inquiry(settings)
        let evidence = await inquiry.policy.evidence(name, port: 25, deadline: .now + settings.fetch.totalTimeout + .seconds(30))?.evidence
        guard let evidence else {
            await inquiry.stop()
            writeError("the look-ups about \(name) did not end in time")
            throw ExitStatus.no
        }
        let decision = inquiry.policy.settings(for: name)
        let forecasts = forecast(evidence, to: destination, settings: decision, now: Date())
        let probes = probe ? await dial(evidence, destination, inquiry) : []
        await inquiry.stop()
        try show(CheckView(evidence, forecasts, decision, probes), json: json)
        if forecasts.allSatisfy(\.isHopeless) || (probe && !probes.contains(where: \.passes)) { throw ExitStatus.no }
    }

    /// Dials the hosts one after another, each at its addresses of both families, at most two of each.
    private func dial(_ evidence: DomainEvidence, _ destination: IPAddress?, _ inquiry: Inquiry) async -> [ProbedHost] {
        var places: [(host: DomainName?, address: IPAddress)] = []
        if let destination {
            places = [(nil, destination)]
        } else {
            for host in evidence.hosts {
                for isIPv6 in [false, true] {
                    places += host.addresses.filter { $0.isIPv6 == isIPv6 }.prefix(2).map { (host.host, $0) }
                }
            }
        }
        var probed: [ProbedHost] = []
        for place in places {
            let outcome = await inquiry.probe.run(domain: evidence.domain, destination: Endpoint(address: place.address, port: 25))
            probed.append(ProbedHost(host: place.host, address: place.address, outcome: outcome))
        }
        return probed
    }
}
