import Basics

/// What came of ending a domain's override.
package struct OverrideRemoval: View, Codable, Hashable {
    package var domain: DomainName
    /// Whether one was in force.
    package var found: Bool

    package init(domain: DomainName, found: Bool) {
        self.domain = domain
        self.found = found
    }

    package func text(_ style: Style) -> String {
        found ? "the override of \(domain) has ended\n" : "no override of \(domain) is in force\n"
    }
}
