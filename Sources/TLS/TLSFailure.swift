import Basics

/// Why a TLS connection failed, told so that a report (RFC 8460 4.3) and an operator can use it.
public struct TLSFailure: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// Who ended the connection, and how.
    public enum Kind: String, Codable, Sendable {
        /// The peer sent a fatal alert; `alert` is its number.
        case remoteAlert
        /// This side refused what the peer sent; `alert` is what the peer was told, if anything.
        case localAlert
        /// No common version, or the peer does not speak TLS at all.
        case protocolVersion
        /// The transport failed.
        case io
        /// The transport ended without close_notify, or before the handshake was complete.
        case closed
        /// The deadline passed; set by whoever keeps the clock.
        case timeout
        /// A misuse or an exhausted resource on this side.
        case `internal`
    }

    /// The class of the failure.
    public let kind: Kind
    /// The number of the fatal alert (RFC 8446 6) that was received or sent, if there was one.
    public let alert: Int?
    /// One line of printable ASCII, such as `remote alert 112 unrecognized_name`.
    public let detail: String

    /// A failure; `detail` is escaped and cut to 200 characters.
    public init(kind: Kind, alert: Int? = nil, detail: String) {
        self.kind = kind
        self.alert = alert
        self.detail = printable(detail, limit: 200, escapingBackslash: true)
    }

    /// The detail.
    public var description: String { detail }
}
