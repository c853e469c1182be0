import Basics

/// How to fetch.
public struct PolicyFetchSettings: Sendable {
    /// PEM file with the trusted roots; nil for the system's.
    public var caFile: String?
    /// Is another media type than text/plain an error?
    public var contentType: ContentTypeRule = .require
    /// SO_MARK of the sockets.
    public var mark: Int?
    /// What one fetch may take, look-up and all; time in the queue does not count.
    public var totalTimeout: Duration = .seconds(60)
    /// What connecting may take, TLS handshake included.
    public var connectTimeout: Duration = .seconds(10)
    /// Fetches at a time.
    public var threads = 16
    /// May a policy host have this address? By default only what is routable on the Internet: a domain's owner must not make us
    /// talk to our own network.
    public var permits: @Sendable (IPAddress) -> Bool = { $0.isGloballyRoutable }

    /// The defaults.
    public init() {}
}

/// What to do about a policy that is not served as text/plain.
public enum ContentTypeRule: String, Codable, Hashable, Sendable {
    /// The fetch fails.
    case require
    /// The policy is used, with a note in its lint.
    case warn
}
