import Basics

/// What a resolver says about a failure beyond its code (RFC 8914): EDNS option 15.
struct ExtendedDNSError: Hashable, Sendable, CustomStringConvertible {
    /// Most errors read of one response.
    static let limit = 4
    /// Most characters kept of the text.
    static let textLimit = 120

    let code: UInt16
    /// Printable ASCII; empty if there was none.
    let text: String

    /// As `EDE 6 DNSSEC Bogus: text`.
    var description: String {
        let name = Int(code) < Self.names.count ? " \(Self.names[Int(code)])" : ""
        return text.isEmpty ? "EDE \(code)\(name)" : "EDE \(code)\(name): \(text)"
    }

    /// The extended errors in the options of an OPT record (RFC 6891 6.1.2). What is cut short ends the list.
    static func all(inOptions options: UnsafeRawBufferPointer) -> [ExtendedDNSError] {
        var errors: [ExtendedDNSError] = []
        var rest = options[...]
        while rest.count >= 4, errors.count < limit {
            let start = rest.startIndex
            let option = UInt16(rest[start]) << 8 | UInt16(rest[start + 1])
            let length = Int(rest[start + 2]) << 8 | Int(rest[start + 3])
            let value = rest.dropFirst(4).prefix(length)
            guard value.count == length else { break }
            rest = rest.dropFirst(4 + length)
            guard option == 15, length >= 2 else { continue }
            let code = UInt16(value[value.startIndex]) << 8 | UInt16(value[value.startIndex + 1])
            // RFC 8914 2: the text may or may not end in a NUL.
            let text = value.dropFirst(2).prefix { $0 != 0 }
            errors.append(ExtendedDNSError(code: code, text: printable(text, limit: textLimit)))
        }
        return errors
    }

    /// IANA "Extended DNS Error Codes", from 0.
    private static let names = [
        "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer", "DNSSEC Indeterminate",
        "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set",
        "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer",
        "Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data", "Signature Expired before Valid",
        "Too Early", "Unsupported NSEC3 Iterations Value", "Unable to conform to policy", "Synthesized",
    ]
}
