import Basics
import Policy

extension Configuration {
    /// Reads one `[[domain]]`; `[dns]` must have been read before.
    mutating func readDomain(_ section: SectionReader) {
        let name: DomainName? = section.require("name")
        var rule = PolicySettings.DomainRule()
        var require = OrNone(choice: rule.require)
        section.read("require", into: &require)
        rule.require = require.choice
        section.read("enforcement", into: &rule.enforcement)
        section.read("on-failure", into: &rule.onFailure)
        guard let name else { return }
        if policy.domains[name] != nil {
            section.problem("name", "another [[domain]] has \"\(name)\" already")
        }
        if rule.require == .dane && dns.dnssec == .off {
            section.problem("require", "\"dane\" contradicts [dns] dnssec = \"off\"")
        }
        policy.domains[name] = rule
    }
}

extension DecisionSettings.Requirement: ConfigurationChoice {}
