/// A version of TLS, as configuration and records spell it. Older versions are smaller.
public enum TLSVersion: String, Codable, Sendable, CaseIterable, Comparable {
    /// RFC 2246, for opportunistic legs to very old servers only.
    case tls10 = "1.0"
    /// RFC 4346, for opportunistic legs to very old servers only.
    case tls11 = "1.1"
    /// RFC 5246.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"

    /// By age.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}
