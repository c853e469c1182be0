/// What an operator's override lets pass. Everything that deals with overrides goes by what is said here, so that another kind is a case here
/// and its line in the documentation.
public enum OverrideKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Any leg, in clear too.
    case any
    /// A leg with TLS, whoever the server is.
    case encrypted

    /// The least protection that a leg needs to pass.
    public var least: SecurityLevel {
        switch self {
        case .any: .plaintext
        case .encrypted: .unauthenticated
        }
    }

    /// What passes, for help texts.
    public var summary: String {
        switch self {
        case .any: "whatever the leg is, in clear too"
        case .encrypted: "what goes over TLS, whoever the server is"
        }
    }

    /// What is said after the word for an exemption: nothing when it is one without conditions.
    public var restriction: String { self == .any ? "" : " (\(rawValue) only)" }
}
