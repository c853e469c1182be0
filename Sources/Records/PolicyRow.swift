import Basics
import FoundationEssentials

/// An MTA-STS policy in the cache.
public struct PolicyRow: Sendable, Hashable {
    /// The policy domain.
    public var domain: DomainName
    /// The id of the TXT record it was fetched for.
    public var policyID: String
    /// What it asks for.
    public var mode: STSMode
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
    public var sourceAddress: IPAddress?
    /// Lower-case hex SHA-256 of the policy host's certificate.
    public var certificateSHA256: String?
    /// Why the last check failed; nil if it did not.
    public var lastError: String?

    /// A policy as fetched.
    public init(
        domain: DomainName, policyID: String, mode: STSMode, text: String, mx: [String], maxAge: Int, fetchedAt: Date, expires: Date,
        lastChecked: Date, lastUsed: Date? = nil, sourceAddress: IPAddress? = nil, certificateSHA256: String? = nil,
        lastError: String? = nil
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
    public var domain: DomainName
    /// The id of the TXT record.
    public var policyID: String
    /// What it asks for.
    public var mode: STSMode
    /// The policy as it was fetched.
    public var text: String
    /// When this text with this id was first fetched.
    public var fetchedAt: Date
    /// The address of the policy host.
    public var sourceAddress: IPAddress?
    /// Lower-case hex SHA-256 of the policy host's certificate.
    public var certificateSHA256: String?

    /// A policy that a domain had.
    public init(
        domain: DomainName, policyID: String, mode: STSMode, text: String, fetchedAt: Date, sourceAddress: IPAddress? = nil,
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

extension PolicyRow: TableRow {
    /// `policies`.
    public static var table: String { "policies" }

    /// To be read into.
    public static var blank: PolicyRow {
        PolicyRow(
            domain: .root, policyID: "", mode: .none, text: "", mx: [], maxAge: 0, fetchedAt: .distantPast, expires: .distantPast,
            lastChecked: .distantPast)
    }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("domain", &domain)
        columns.column("policy_id", &policyID)
        columns.column("mode", &mode)
        columns.column("text", limit: .max, &text)
        columns.column("mx", limit: .max, &mx)
        columns.column("max_age", &maxAge)
        columns.column("fetched_at", &fetchedAt)
        columns.column("expires", &expires)
        columns.column("last_checked", &lastChecked)
        columns.column("last_used", &lastUsed)
        columns.column("source_address", &sourceAddress)
        columns.column("certificate_sha256", &certificateSHA256)
        columns.column("last_error", limit: RecordColumn.long, &lastError)
    }
}

extension PolicyHistoryRow: TableRow {
    /// `policy_history`.
    public static var table: String { "policy_history" }

    /// To be read into.
    public static var blank: PolicyHistoryRow {
        PolicyHistoryRow(domain: .root, policyID: "", mode: .none, text: "", fetchedAt: .distantPast)
    }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("domain", &domain)
        columns.column("policy_id", &policyID)
        columns.column("mode", &mode)
        columns.column("text", limit: .max, &text)
        columns.column("fetched_at", &fetchedAt)
        columns.column("source_address", &sourceAddress)
        columns.column("certificate_sha256", &certificateSHA256)
    }
}
