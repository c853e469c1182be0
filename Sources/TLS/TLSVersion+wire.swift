import Records

extension TLSVersion {
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
}
