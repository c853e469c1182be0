import Records

/// What a completed handshake agreed on.
public struct TLSInfo: Codable, Hashable, Sendable {
    /// The version.
    public let version: TLSVersion
    /// The cipher suite in OpenSSL's spelling, such as `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// Whether an earlier session was resumed, so that the peer sent no certificates.
    public let resumed: Bool

    /// The facts of one handshake.
    public init(version: TLSVersion, cipher: String, resumed: Bool) {
        self.version = version
        self.cipher = cipher
        self.resumed = resumed
    }
}
