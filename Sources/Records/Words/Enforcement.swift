/// Whether a verdict is carried out.
public enum Enforcement: String, Codable, Hashable, Sendable, CaseIterable {
    /// Recipients are deferred or refused as their policy says.
    case enforce
    /// Everything is accepted; what would have been deferred or refused is recorded as `would`.
    case report
}
