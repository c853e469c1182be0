import Basics
import DNS

/// The value of a policy's `mx` field: `["*."] Domain` (RFC 8461 3.2).
struct MXPattern {
    /// Lower case, without final dot.
    let text: String
    /// What is unusual about it.
    let lint: String?

    /// Nil if the value is not a pattern.
    init?(_ value: ArraySlice<UInt8>) {
        let host = DomainName(value.starts(with: "*.".utf8) ? value.dropFirst(2) : value)
        if host.isValid, !host.hasUnderscore {
            text = String(decoding: (host.hasFinalDot ? value.dropLast() : value).map(\.lowercased), as: UTF8.self)
            lint = host.isNumeric ? "mx is an address" : host.hasFinalDot ? "mx with a final dot" : nil
        } else if Self.isAddressLiteral(value) {
            // It can match no host, but to drop the whole policy for it would drop the protection of the other hosts.
            text = String(decoding: value.map(\.lowercased), as: UTF8.self)
            lint = "mx is an address"
        } else {
            return nil
        }
    }

    /// An IPv6 address, or any address in brackets.
    private static func isAddressLiteral(_ value: ArraySlice<UInt8>) -> Bool {
        var text = String(decoding: value, as: UTF8.self)
        if text.hasPrefix("["), text.hasSuffix("]") {
            text = String(text.dropFirst().dropLast())
            if text.lowercased().hasPrefix("ipv6:") { text = String(text.dropFirst(5)) }
        }
        return IPAddress(text) != nil
    }
}
