import Records

/// An MTA-STS policy (RFC 8461 3.2), as its domain publishes it over HTTPS.
public struct STSPolicy: Codable, Hashable, Sendable {
    /// What the domain asks for.
    public let mode: STSMode
    /// Patterns of MX host names: lower-case A-labels without final dot, the first label may be `*`. Address patterns are kept as written and
    /// match nothing.
    public let mx: [String]
    /// Seconds that the policy may be kept after it was fetched, clamped to a year (31557600).
    public let maxAge: Int
    /// The policy document as fetched.
    public let text: String
    /// What is unusual about the document without making it invalid, for operators.
    public internal(set) var lint: [String]

    /// RFC 8461 3.2: "maximum value of 31557600".
    public static let longestMaxAge = 31_557_600

    /// Largest document in octets (RFC 8461 3.3 suggests 64 kilobytes).
    public static let longestText = 65_536
}
