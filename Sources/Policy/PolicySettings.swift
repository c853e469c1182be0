import Basics
import Records

/// What an operator configures of a ``PolicyService``.
public struct PolicySettings: Hashable, Sendable {
    /// `[policy]`: what holds where neither the domain nor the client's network has anything of its own.
    public var settings: DecisionSettings
    /// `[[domain]]`: what differs for single recipient domains. Subdomains are domains of their own.
    public var domains: [DomainName: DomainRule]
    /// `[[client]]`: what differs for the clients of single networks, in the order of the file.
    public var clients: [ClientRule] = []
    /// Domains, hosts and addresses kept in memory, each.
    public var capacity: Int
    /// `[limits]` `pending-lookups`: domains looked up at once, over all sessions; while there are so many, recipients of one more that is not
    /// known are answered 451. 1 to 1000000, default 10000.
    public var mostLookups: Int

    /// Default settings, or others.
    public init(
        settings: DecisionSettings = DecisionSettings(), domains: [DomainName: DomainRule] = [:], capacity: Int = 20_000,
        mostLookups: Int = 10_000
    ) {
        self.settings = settings
        self.domains = domains
        self.capacity = capacity
        self.mostLookups = mostLookups
    }
}

extension PolicySettings {
    /// The settings for `domain` and a client: the domain's own, with the enforcement of the client's network where the domain has none.
    func settings(for domain: DomainName?, client: IPAddress?) -> DecisionSettings {
        var result = settings
        let rule = domain.flatMap { domains[$0] }
        if let require = rule?.require { result.require = require }
        if let onFailure = rule?.onFailure { result.onFailure = onFailure }
        if let enforcement = rule?.enforcement ?? client.flatMap(enforcement(for:)) { result.enforcement = enforcement }
        return result
    }

    /// That of the smallest network that has `client`.
    private func enforcement(for client: IPAddress) -> Enforcement? {
        guard !clients.isEmpty else { return nil }
        return clients.filter { $0.enforcement != nil && $0.network.contains(client) }
            .max { $0.network.prefixLength < $1.network.prefixLength }?.enforcement
    }
}
