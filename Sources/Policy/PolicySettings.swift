import Basics

/// What an operator configures of a ``PolicyService``.
public struct PolicySettings: Hashable, Sendable {
    /// Settings of domains that have none of their own.
    public var settings: DecisionSettings
    /// Settings of single domains, by name.
    public var domains: [DomainName: DecisionSettings]
    /// Domains whose enforcement is their own: that of the client's network does not change it.
    public var domainsWithEnforcement: Set<DomainName> = []
    /// Enforcement for the clients of single networks.
    public var clients: [ClientRule] = []
    /// Domains, hosts and addresses kept in memory, each.
    public var capacity: Int
    /// Domains looked up at a time; one more that is not known is answered as pending.
    public var mostLookups: Int

    /// What differs for the clients of one network.
    public struct ClientRule: Sendable, Hashable {
        /// The clients' addresses. Of networks that overlap the smallest counts.
        public var network: IPNetwork
        /// Whether a failing leg is refused, or only recorded.
        public var enforcement: DecisionSettings.Enforcement

        /// A rule for `network`.
        public init(network: IPNetwork, enforcement: DecisionSettings.Enforcement) {
            self.network = network
            self.enforcement = enforcement
        }
    }

    /// Default settings, or others.
    public init(
        settings: DecisionSettings = DecisionSettings(), domains: [DomainName: DecisionSettings] = [:], capacity: Int = 20_000,
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
        var result = domain.flatMap { domains[$0] } ?? settings
        if let client, domain.map({ !domainsWithEnforcement.contains($0) }) ?? true, let rule = rule(for: client) {
            result.enforcement = rule.enforcement
        }
        return result
    }

    /// The rule of the smallest network that has `client`.
    private func rule(for client: IPAddress) -> ClientRule? {
        guard !clients.isEmpty else { return nil }
        return clients.filter { $0.network.contains(client) }.max { $0.network.prefixLength < $1.network.prefixLength }
    }
}
