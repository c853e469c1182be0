/// `name` as a host name that can be an SNI value (RFC 6066 3) or a reference identifier (RFC 6125): lower case, no final dot; `nil` for
/// address literals and for anything that is no DNS name.
///
/// A leading dot would make OpenSSL match every subdomain, so the syntax is checked here and not left to it.
func dnsName(_ name: String) -> String? {
    var bytes = Array(name.utf8)
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
    var label = 0
    var hasLetter = false
    for index in bytes.indices {
        switch bytes[index] {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            bytes[index] |= 0x20
            hasLetter = true
            label += 1
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            hasLetter = true
            label += 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            label += 1
        case UInt8(ascii: "."):
            guard label > 0 else { return nil }
            label = 0
        default:
            return nil
        }
        guard label <= 63 else { return nil }
    }
    // A name whose last label is a number is an IPv4 address or nothing (RFC 1123 2.1).
    guard label > 0, hasLetter, bytes.suffix(label).contains(where: { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
        return nil
    }
    return String(decoding: bytes, as: UTF8.self)
}
