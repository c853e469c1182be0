import Policy

/// What would happen to mail for a domain now: what was looked up, what that demands of each server, and what those showed that were dialled.
public struct DomainOutlook: Sendable {
    /// What was looked up.
    public var evidence: DomainEvidence
    /// What the operator wants for the domain, with the override that is in force.
    public var settings: DecisionSettings
    /// What the policy would say of each MX host.
    public var forecasts: [HostForecast]
    /// The servers that were dialled; nil when none was to be.
    public var probes: [ProbedHost]?

    /// An outlook.
    public init(evidence: DomainEvidence, settings: DecisionSettings, forecasts: [HostForecast], probes: [ProbedHost]? = nil) {
        self.evidence = evidence
        self.settings = settings
        self.forecasts = forecasts
        self.probes = probes
    }

    /// Whether mail can pass: somewhere if the server shows all that it can, and where servers were dialled, at one of them.
    public var canPass: Bool {
        !forecasts.allSatisfy(\.isHopeless) && (probes.map { $0.contains(where: \.passes) } ?? true)
    }
}
