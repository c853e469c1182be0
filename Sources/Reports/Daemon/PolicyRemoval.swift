import Basics

/// What came of taking a domain's MTA-STS policy out of the cache.
package struct PolicyRemoval: View, Codable, Hashable {
    package var domain: DomainName
    /// Whether one was cached.
    package var found: Bool

    package init(domain: DomainName, found: Bool) {
        self.domain = domain
        self.found = found
    }

    package func text(_ style: Style) -> String {
        found ? "the policy of \(domain) is forgotten\n" : "no policy of \(domain) is cached\n"
    }
}
