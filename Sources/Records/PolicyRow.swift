import FoundationEssentials

/// An MTA-STS policy in the cache.
public struct PolicyRow: Sendable, Hashable {
    /// The policy domain, as A-labels in lower case.
    public var domain: String
    /// The id of the TXT record it was fetched for.
    public var policyID: String
    /// `enforce`, `testing`, `none`.
    public var mode: String
    /// The policy as it was fetched.
    public var text: String
    /// The patterns of its mx fields.
    public var mx: [String]
    /// Seconds.
    public var maxAge: Int
    /// When it was fetched.
    public var fetchedAt: Date
    /// When it ends: fetchedAt + maxAge (RFC 8461 3.2).
    public var expires: Date
    /// When the TXT record or the policy host was last asked.
    public var lastChecked: Date
    /// When a decision last used it; nil: never.
    public var lastUsed: Date?
    /// The address of the policy host.
    public var sourceAddress: String?
    /// Lower-case hex SHA-256 of the policy host's certificate.
    public var certificateSHA256: String?
    /// Why the last check failed; nil if it did not.
    public var lastError: String?

    /// A policy as fetched.
    public init(
        domain: String, policyID: String, mode: String, text: String, mx: [String], maxAge: Int, fetchedAt: Date, expires: Date,
        lastChecked: Date, lastUsed: Date? = nil, sourceAddress: String? = nil, certificateSHA256: String? = nil, lastError: String? = nil
    ) {
        self.domain = domain
        self.policyID = policyID
        self.mode = mode
        self.text = text
        self.mx = mx
        self.maxAge = maxAge
        self.fetchedAt = fetchedAt
        self.expires = expires
        self.lastChecked = lastChecked
        self.lastUsed = lastUsed
        self.sourceAddress = sourceAddress
        self.certificateSHA256 = certificateSHA256
        self.lastError = lastError
    }
}

/// A policy that a domain had: a row of its history.
public struct PolicyHistoryRow: Sendable, Hashable {
    /// The policy domain.
    public var domain: String
    /// The id of the TXT record.
    public var policyID: String
    /// `enforce`, `testing`, `none`.
    public var mode: String
    /// The policy as it was fetched.
    public var text: String
    /// When this text with this id was first fetched.
    public var fetchedAt: Date
    /// The address of the policy host.
    public var sourceAddress: String?
    /// Lower-case hex SHA-256 of the policy host's certificate.
    public var certificateSHA256: String?

    /// A policy that a domain had.
    public init(
        domain: String, policyID: String, mode: String, text: String, fetchedAt: Date, sourceAddress: String? = nil,
        certificateSHA256: String? = nil
    ) {
        self.domain = domain
        self.policyID = policyID
        self.mode = mode
        self.text = text
        self.fetchedAt = fetchedAt
        self.sourceAddress = sourceAddress
        self.certificateSHA256 = certificateSHA256
    }
}
