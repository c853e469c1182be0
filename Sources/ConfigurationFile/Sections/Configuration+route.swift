import Basics
import Policy
import Relay

extension Configuration {
    /// Reads one `[[route]]`.
    mutating func readRoute(_ section: SectionReader) {
        let destination: IPNetwork? = section.require("destination")
        let host: DomainName? = section.require("host")
        guard let destination, let host else { return }
        var route = RelaySettings.Route(network: destination, policy: RoutePolicy(host: host))
        section.read("policy", into: &route.policy.demand)
        if relay.routes.contains(where: { $0.network == destination }) {
            section.problem("destination", "another [[route]] has \"\(destination)\" already")
        }
        relay.routes.append(route)
    }
}

extension RoutePolicy.Demand: ConfigurationChoice {}
