import Basics

/// A TLSA record (RFC 6698 2.1). The fields are as received: whether they make a usable record is for DANE to say.
public struct TLSARecord: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Certificate usage (RFC 6698 2.1.1).
    public var usage: UInt8
    /// Selector (RFC 6698 2.1.2).
    public var selector: UInt8
    /// Matching type (RFC 6698 2.1.3).
    public var matchingType: UInt8
    /// Certificate association data (RFC 6698 2.1.4).
    public var data: [UInt8]

    /// Makes a record.
    public init(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matchingType = matchingType
        self.data = data
    }

    /// Octets of the record on the wire, without its owner (RFC 6698 2.1).
    public var octets: Int { 3 + data.count }

    /// As in a zone file: `3 1 1 abcd...`, lower-case hexadecimal.
    public var description: String { "\(usage) \(selector) \(matchingType) \(hexadecimal(data))" }
}
