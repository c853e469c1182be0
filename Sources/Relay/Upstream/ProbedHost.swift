import Basics

/// What a server showed when it was dialled without mail, and for which MX host.
public struct ProbedHost: Sendable {
    /// The MX host; nil for an address that was asked about by itself.
    public var host: DomainName?
    /// Where it was dialled.
    public var address: IPAddress
    /// What came of it.
    public var outcome: LegProbe.Outcome

    /// A server that was dialled.
    public init(host: DomainName?, address: IPAddress, outcome: LegProbe.Outcome) {
        self.host = host
        self.address = address
        self.outcome = outcome
    }

    /// True when mail would pass, and not only because failures are recorded without consequence.
    public var passes: Bool { outcome.verdict.map { $0.action == .accept && $0.would == nil } ?? false }
}
