/// What the domain of an MTA-STS policy asks senders to do (RFC 8461 5).
public enum STSMode: String, Codable, Hashable, Sendable, CaseIterable {
    /// Do not deliver to hosts that fail.
    case enforce
    /// Deliver all the same, and report failures.
    case testing
    /// As if there were no policy.
    case none
}
