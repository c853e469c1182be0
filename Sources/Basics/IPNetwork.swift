/// An address block in CIDR notation. An IPv4 block holds IPv4 addresses only, an IPv6 block IPv6 addresses only.
public struct IPNetwork: Hashable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    /// The first address of the block.
    public let base: IPAddress
    /// Leading bits that all addresses of the block share: 0 to 32, or 0 to 128.
    public let prefixLength: Int

    /// Parses `203.0.113.0/24`; a bare address is the block of that one host.
    /// `nil` if the text is something else or has bits set behind the prefix.
    public init?(_ cidr: String) {
        let parts = cidr.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        let width = base.isIPv6 ? 128 : 32
        var length = width
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit),
                let given = Int(parts[1]), given <= width
            else { return nil }
            length = given
        }
        self.base = base
        prefixLength = length
        guard mask(base) == base else { return nil }
    }

    /// Whether the address lies in the block.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == base.isIPv6 && mask(address) == base
    }

    /// `address` with the bits behind the prefix cleared. IPv4 addresses keep their bits at the top, so one rule serves both.
    private func mask(_ address: IPAddress) -> IPAddress {
        let high = address.high & ~(prefixLength >= 64 ? 0 : UInt64.max >> UInt64(prefixLength))
        let low = address.low & ~(UInt64.max >> UInt64(max(0, prefixLength - 64)))
        return address.isIPv6 ? IPAddress(ipv6High: high, low: low) : IPAddress(ipv4: UInt32(truncatingIfNeeded: high >> 32))
    }

    /// CIDR notation, always with the prefix length.
    public var description: String { "\(base)/\(prefixLength)" }

    /// Reads CIDR notation.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let network = IPNetwork(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a network in CIDR notation without host bits")
        }
        self = network
    }

    /// Writes CIDR notation.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
