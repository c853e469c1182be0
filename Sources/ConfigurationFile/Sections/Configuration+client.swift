import Basics
import Policy

extension Configuration {
    /// Reads one `[[client]]`.
    mutating func readClient(_ section: SectionReader) {
        let network: IPNetwork? = section.require("network")
        guard let network else { return }
        var rule = PolicySettings.ClientRule(network: network)
        section.read("enforcement", into: &rule.enforcement)
        if policy.clients.contains(where: { $0.network == network }) {
            section.problem("network", "another [[client]] has \"\(network)\" already")
        }
        policy.clients.append(rule)
    }
}
