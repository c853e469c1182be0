import FoundationEssentials

/// What PKIX (RFC 5280) says of a chain.
public enum PKIXResult: Codable, Hashable, Sendable {
    /// A path to a trusted root; no certificate of it ends before the date.
    case valid(until: Date)
    /// A path to a trusted root, but the leaf does not name the host.
    case hostMismatch
    /// A certificate of the path has ended.
    case expired
    /// A certificate of the path has not begun.
    case notYetValid
    /// No path, or one that breaks a rule: the reason, and at which depth (0 is the leaf).
    case notTrusted(String)
}
