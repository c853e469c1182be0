extension IPAddress {
    /// Loopback: 127.0.0.0/8, `::1`, and the former v4-mapped.
    public var isLoopback: Bool {
        if isIPv6 { return self == IPAddress(ipv6High: 0, low: 1) || (mappedIPv4?.isLoopback ?? false) }
        return ipv4Bits >> 24 == 127
    }

    /// Whether a packet to the address may be meant for the public Internet.
    ///
    /// False for what the IANA special-purpose registries (RFC 6890) call not globally reachable: loopback, private, link-local,
    /// unique local, shared (RFC 6598), benchmarking, protocol assignments, multicast, unspecified, reserved; and for IPv6 addresses that
    /// embed such an IPv4 address (v4-mapped, 6to4, NAT64). The documentation networks count as routable.
    public var isGloballyRoutable: Bool {
        guard isIPv6 else { return !Self.contains(Self.localIPv4, self) }
        if let embedded = mappedIPv4 ?? sixToFourIPv4 ?? nat64IPv4 { return embedded.isGloballyRoutable }
        // Only 2000::/3 is global unicast space (RFC 4291 2.4, IANA registry).
        return high >> 61 == 0b001 && !Self.contains(Self.localIPv6, self)
    }

    /// ::ffff:0:0/96 (RFC 4291 2.5.5.2).
    private var mappedIPv4: IPAddress? {
        high == 0 && low >> 32 == 0xffff ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : nil
    }

    /// 2002::/16 (RFC 3056 2).
    private var sixToFourIPv4: IPAddress? {
        high >> 48 == 0x2002 ? IPAddress(ipv4: UInt32(truncatingIfNeeded: high >> 16)) : nil
    }

    /// 64:ff9b::/96 (RFC 6052 2.1).
    private var nat64IPv4: IPAddress? {
        high == 0x0064_ff9b_0000_0000 && low >> 32 == 0 ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : nil
    }

    private static let localIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(IPNetwork.init)

    /// Within 2000::/3: Teredo (RFC 4380), benchmarking (RFC 5180), ORCHID (RFC 4843, 7343).
    private static let localIPv6 = ["2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28"].compactMap(IPNetwork.init)

    private static func contains(_ networks: [IPNetwork], _ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}
