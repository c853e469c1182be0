import Basics

/// Why a look-up has no answer. Never the same as "there is no such record", which is an answer.
public struct DNSFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The classes of failure that policy and operators tell apart.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// The data exists but fails DNSSEC validation (RFC 4035 5.5).
        case bogus
        /// The resolver could not find the answer (SERVFAIL and other error codes).
        case serverFailure
        /// No reply within the tries configured, or the caller stopped waiting.
        case timeout
        /// A name that is no domain name, or a reply that breaks the protocol.
        case malformed
        /// The resolver will not answer us (REFUSED, or it offers no recursion).
        case refused
        /// More records, aliases or outstanding queries than the limits allow.
        case tooMany
        /// The resolver cannot be reached at all.
        case unreachable
    }

    /// Most characters kept of a detail.
    static let detailLimit = 200

    /// The class of failure.
    public let kind: Kind
    /// One line for an operator: printable ASCII, at most 200 characters,
    /// such as `SERVFAIL from 127.0.0.1 (EDE 6 DNSSEC Bogus: ...)`.
    public let detail: String

    /// Makes a failure; whatever is not printable ASCII in `detail` is escaped, and the text is cut at 200 characters.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = printable(detail.utf8, limit: Self.detailLimit)
    }

    /// The kind and the detail on one line.
    public var description: String { "\(kind.rawValue): \(detail)" }
}
