import Basics

/// `IPv4-address-literal` and `IPv6-address-literal` (RFC 5321 4.1.3).
enum AddressLiteral {
    /// The address between the brackets; nil if there is none. No other kind of literal is registered.
    static func address(_ octets: ArraySlice<UInt8>) -> IPAddress? {
        let tag = "IPv6:"
        let isTagged = octets.prefix(tag.utf8.count).equalsIgnoringCase("IPv6:")
        let address = IPAddress(String(decoding: isTagged ? octets.dropFirst(tag.utf8.count) : octets, as: UTF8.self))
        return address?.isIPv6 == isTagged ? address : nil
    }
}
