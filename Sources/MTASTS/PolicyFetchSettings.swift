/// How policies are fetched.
public struct PolicyFetchSettings: Hashable, Sendable {
    /// PEM file with the trusted roots; nil for the system's.
    public var caFile: String?
    /// `[policy]` `sts-content-type`: what is done about a policy that is not served as text/plain (RFC 8461 3.3). Default `require`.
    public var contentType: ContentTypeRule = .require
    /// SO_MARK of the sockets.
    public var mark: Int?
    /// `[timeouts]` `fetch`: for the whole fetch of one policy, look-up and all. Time in the queue does not count; it
    /// may be twice as long. A fetch may outlast the RCPT that asked for it. 1 s to 10 min, default 60 s (RFC 8461 3.3).
    public var totalTimeout: Duration = .seconds(60)
    /// What connecting may take, TLS handshake included.
    public var connectTimeout: Duration = .seconds(10)
    /// Fetches at a time. Each holds a quarter of a MiB at the most: a policy of 64 KiB, header fields, a certificate chain, what TLS needs.
    public var mostFetches = 256
    /// Of these, fetches from hosts in one network; see `FetchQueue`.
    public var mostFetchesOfNetwork = 64
    /// Fetches that wait for others to end.
    public var mostWaiting = 2048

    /// The defaults.
    public init() {}
}

/// What to do about a policy that is not served as text/plain.
public enum ContentTypeRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// The fetch fails.
    case require
    /// The policy is used, with a note in its lint.
    case warn
}
