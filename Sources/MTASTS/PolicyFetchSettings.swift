/// How policies are fetched.
public struct PolicyFetchSettings: Hashable, Sendable {
    /// PEM file with the trusted roots; nil for the system's.
    public var caFile: String?
    /// `[policy]` `sts-content-type`: what is done about a policy that is not served as text/plain (RFC 8461 3.3). Default `require`.
    public var contentType: ContentTypeRule = .require
    /// SO_MARK of the sockets.
    public var mark: Int?
    /// `[timeouts]` `fetch`: for the whole fetch of one policy, look-up and all; time in the queue does not count. It may outlast the RCPT that
    /// asked for it. 1 s to 10 min, default 60 s (RFC 8461 3.3).
    public var totalTimeout: Duration = .seconds(60)
    /// What connecting may take, TLS handshake included.
    public var connectTimeout: Duration = .seconds(10)
    /// Fetches at a time.
    public var threads = 16

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
