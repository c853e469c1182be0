/// Why a look-up has no answer. Never the same as "there is no such record", which is an answer.
public struct DNSFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The classes of failure that policy and operators tell apart.
    public enum Kind: String, Hashable, Codable, Sendable {
        /// The data exists but fails DNSSEC validation (RFC 4035 5.5).
        case bogus
        /// The resolver could not find the answer (SERVFAIL and other error codes).
        case serverFailure
        /// No reply within the tries configured, or the caller stopped waiting.
        case timeout
        /// A name that is no domain name, or a reply that breaks the protocol.
        case malformed
        /// The resolver will not answer us (REFUSED, or it offers no recursion).
        case refused
        /// More records, aliases or outstanding queries than the limits allow.
        case tooMany
        /// The resolver cannot be reached at all.
        case unreachable
    }

    /// Most characters kept of a detail.
    static let detailLimit = 200

    /// The class of failure.
    public let kind: Kind
    /// One line for an operator: printable ASCII, at most 200 characters,
    /// such as `SERVFAIL from 127.0.0.1 (EDE 6 DNSSEC Bogus: ...)`.
    public let detail: String

    /// Makes a failure; whatever is not printable ASCII in `detail` is escaped, and the text is cut at 200 characters.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = printable(detail.utf8, limit: Self.detailLimit)
    }

    /// The kind and the detail on one line.
    public var description: String { "\(kind.rawValue): \(detail)" }
}

/// `bytes` as printable ASCII of at most `limit` characters; every other byte as `\xHH`.
func printable(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
    var text = ""
    var length = 0
    for byte in bytes {
        let isPlain = byte >= 0x20 && byte < 0x7f
        length += isPlain ? 1 : 4
        if length > limit { break }
        if isPlain {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += "\\x" + hexadecimal(CollectionOfOne(byte))
        }
    }
    return text
}

/// `bytes` in lower-case hexadecimal.
func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
