/// A version of TLS, as configuration and records spell it.
public enum TLSVersion: String, Codable, Sendable, CaseIterable, Comparable {
    /// RFC 2246, for opportunistic legs to very old servers only.
    case tls10 = "1.0"
    /// RFC 4346, for opportunistic legs to very old servers only.
    case tls11 = "1.1"
    /// RFC 5246.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"

    /// The number on the wire; also what OpenSSL calls `TLS1_x_VERSION`.
    package var wireValue: Int32 {
        switch self {
        case .tls10: 0x0301
        case .tls11: 0x0302
        case .tls12: 0x0303
        case .tls13: 0x0304
        }
    }

    /// The version with this number on the wire, `nil` for any other.
    init?(wireValue: Int32) {
        guard let version = TLSVersion.allCases.first(where: { $0.wireValue == wireValue }) else { return nil }
        self = version
    }

    /// Older versions are smaller.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.wireValue < right.wireValue }
}
