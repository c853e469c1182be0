#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `IPv4-address-literal` and `IPv6-address-literal` (RFC 5321 4.1.3), read by the system's strict `inet_pton`.
enum AddressLiteral {
    /// The canonical text of the address between the brackets; nil if there is none. No other kind of literal is registered.
    static func address(_ octets: ArraySlice<UInt8>) -> String? {
        let tag = "IPv6:"
        if octets.prefix(tag.utf8.count).equalsIgnoringCase("IPv6:") { return canonical(octets.dropFirst(tag.utf8.count), AF_INET6) }
        return canonical(octets, AF_INET)
    }

    private static func canonical(_ octets: ArraySlice<UInt8>, _ family: Int32) -> String? {
        // The longest text of an IPv6 address has 45 octets.
        guard !octets.isEmpty, octets.count <= 45, !octets.contains(0) else { return nil }
        let text = String(decoding: octets, as: UTF8.self)
        var address: (UInt64, UInt64) = (0, 0)
        guard inet_pton(family, text, &address) == 1 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress, inet_ntop(family, &address, start, socklen_t(buffer.count)) != nil else { return nil }
            return String(cString: start)
        }
    }
}
