/// A mail exchanger of a domain (RFC 1035 3.3.9).
public struct MXRecord: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Lower is tried first.
    public var preference: UInt16
    /// The host: lower case, no final dot; empty for the null MX `.` (RFC 7505 3).
    public var exchange: String

    /// Makes a record.
    public init(preference: UInt16, exchange: String) {
        self.preference = preference
        self.exchange = exchange
    }

    /// True for `0 .`: the domain accepts no mail (RFC 7505 3).
    public var isNull: Bool { exchange.isEmpty }

    /// As in a zone file: `10 mx.example.net`.
    public var description: String { "\(preference) \(exchange.isEmpty ? "." : exchange)" }
}
