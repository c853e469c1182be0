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
        let isWildcard = value.starts(with: "*.".utf8)
        if let host = try? DomainName(isWildcard ? value.dropFirst(2) : value, as: .question), host.isHostOrAddress {
            text = (isWildcard ? "*." : "") + host.text
            lint = !host.fits(.reference) ? "mx is an address" : value.last == UInt8(ascii: ".") ? "mx with a final dot" : nil
        } else if Self.isAddressLiteral(value) {
            // It can match no host, but to drop the whole policy for it would drop the protection of the other hosts.
            text = String(decoding: value.map(\.lowercased), as: UTF8.self)
            lint = "mx is an address"
        } else {
            return nil
        }
    }

    /// Whether a pattern in its text form allows `host`.
    static func pattern(_ pattern: String, matches host: DomainName) -> Bool {
        // RFC 8461 4.1: the wildcard is the whole left-most label and stands for exactly one.
        pattern.hasPrefix("*.") ? host.isChild(of: pattern.utf8.dropFirst(2)) : host.text == pattern
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

extension DomainName {
    /// RFC 5321 4.1.2 `Domain`, or an IPv4 address, which is like one.
    fileprivate var isHostOrAddress: Bool { !hasUnderscore && !hasOuterHyphen }
}
