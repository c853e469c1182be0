import Records

/// `[tls]`: certificates and protocol versions, of mail servers and MTA-STS policy hosts alike.
public struct TLSSettings: Hashable, Sendable {
    /// `trust`: the root certificates that PKIX paths end at. Default `system`.
    public var trust = TrustStore.Source.system
    /// `minimum`: the lowest TLS version that is spoken with a mail server. Default 1.2.
    public var minimum = TLSVersion.tls12

    /// The documented defaults.
    public init() {}
}
