import Basics

/// The MTA-STS failures of RFC 8460 4.3.2.2, under the names that reports use.
public enum STSResultType: String, Codable, Hashable, Sendable, CaseIterable {
    /// The policy could not be fetched: DNS, TCP, TLS, HTTP status, media type, size, time.
    case fetchError = "sts-policy-fetch-error"
    /// What was fetched, or the TXT record, breaks the grammar.
    case policyInvalid = "sts-policy-invalid"
    /// The policy host's certificate does not authenticate it.
    case webPKIInvalid = "sts-webpki-invalid"
}

/// Why there is no (new) policy for a domain, as RFC 8460 reports and operators need it.
public struct STSFailure: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The class that reports count.
    public let resultType: STSResultType
    /// The cause, such as `HTTP 404` or `timed out after 60 s`: printable ASCII, at most 200 characters.
    public let detail: String

    /// A failure; `detail` may hold anything and is made printable.
    public init(_ resultType: STSResultType, _ detail: String) {
        self.resultType = resultType
        self.detail = printable(detail.utf8, limit: 200, escapingBackslash: true)
    }

    /// Both parts in one line.
    public var description: String { "\(resultType.rawValue): \(detail)" }
}
