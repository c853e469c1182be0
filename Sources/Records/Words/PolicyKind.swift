/// Which policy decided.
public enum PolicyKind: String, Codable, Hashable, Sendable, CaseIterable {
    case dane, sts, none, route, override
}
