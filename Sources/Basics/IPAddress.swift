import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An IPv4 or IPv6 address without zone or port. A v4-mapped IPv6 address stays IPv6.
public struct IPAddress: Hashable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    /// The address in network order; IPv4 in the top 32 bits of `high`.
    let high: UInt64
    let low: UInt64
    /// True for IPv6.
    public let isIPv6: Bool

    /// An IPv4 address from its 32 bits.
    package init(ipv4 bits: UInt32) {
        high = UInt64(bits) << 32
        low = 0
        isIPv6 = false
    }

    /// An IPv6 address from its halves.
    package init(ipv6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv6 = true
    }

    /// The first address of its /64 if it is IPv6, else itself.
    package var network64: IPAddress { isIPv6 ? IPAddress(ipv6High: high, low: 0) : self }

    /// Parses `203.0.113.5` or `2001:db8::1`; no zone, no brackets, no port, no leading zeros in IPv4. `nil` for anything else.
    public init?(_ text: String) {
        // inet_pton stops at a NUL, which Swift strings may hold.
        guard !text.isEmpty, text.utf8.count < Int(INET6_ADDRSTRLEN), !text.utf8.contains(0) else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            var address = in6_addr()
            guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            self.init(address)
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
            self.init(ipv4: UInt32(bigEndian: address.s_addr))
        }
    }

    /// From 4 or 16 bytes in network order; `nil` for any other count.
    public init?(bytes: [UInt8]) {
        func integer(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(ipv4: UInt32(truncatingIfNeeded: integer(0..<4)))
        case 16: self.init(ipv6High: integer(0..<8), low: integer(8..<16))
        default: return nil
        }
    }

    /// The address part of a socket address; `nil` for a Unix domain socket.
    public init?(_ socketAddress: SocketAddress) {
        switch socketAddress {
        case .v4(let address): self.init(ipv4: UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address): self.init(address.address.sin6_addr)
        case .unixDomainSocket: return nil
        }
    }

    private init(_ address: in6_addr) {
        let (high, low) = withUnsafeBytes(of: address) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(ipv6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }

    /// The address with a port, made without asking any name service. Bits of `port` above 16 are dropped.
    public func socketAddress(port: Int) -> SocketAddress {
        let port = in_port_t(truncatingIfNeeded: port).bigEndian
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port
            address.sin6_addr = in6Address
            return SocketAddress(address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port
        address.sin_addr = in_addr(s_addr: ipv4Bits.bigEndian)
        return SocketAddress(address)
    }

    /// 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        let words = isIPv6 ? [high, low] : [high]
        let all = words.flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) } }
        return isIPv6 ? all : Array(all.prefix(4))
    }

    /// Which family the address belongs to.
    public var family: AddressFamily { isIPv6 ? .ipv6 : .ipv4 }

    /// Canonical text (RFC 5952 for IPv6).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv6 {
            var address = in6Address
            inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        } else {
            var address = in_addr(s_addr: ipv4Bits.bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The 32 bits of an IPv4 address.
    var ipv4Bits: UInt32 { UInt32(truncatingIfNeeded: high >> 32) }

    private var in6Address: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not an IP address")
        }
        self = address
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
