/// Which kind of address a look-up asks for.
public enum AddressFamily: String, Hashable, Sendable, Codable, CaseIterable {
    /// IPv4: A records (RFC 1035 3.4.1).
    case ipv4
    /// IPv6: AAAA records (RFC 3596 2.1).
    case ipv6
}
