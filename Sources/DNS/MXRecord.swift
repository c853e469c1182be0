import Basics

/// A mail exchanger of a domain (RFC 1035 3.3.9).
public struct MXRecord: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Lower is tried first.
    public var preference: UInt16
    /// The host; the root for the null MX `.` (RFC 7505 3).
    public var exchange: DomainName

    /// Makes a record.
    public init(preference: UInt16, exchange: DomainName) {
        self.preference = preference
        self.exchange = exchange
    }

    /// True for `0 .`: the domain accepts no mail (RFC 7505 3).
    public var isNull: Bool { exchange.isRoot }

    /// As in a zone file: `10 mx.example.net`.
    public var description: String { "\(preference) \(isNull ? "." : exchange.text)" }
}
