/// A domain name as DNS and policies want it.
public struct DomainName: Sendable, Hashable {
    /// Lower case, A-labels, no final dot.
    public let name: String
    /// Some label holds an underscore, which no host name may have (RFC 5321 4.1.2) and some mail domains do.
    public let hasUnderscore: Bool
    /// It was written with a dot at its end.
    public let hadFinalDot: Bool

    /// The most octets of a name in its text form (RFC 1035 2.3.4).
    private static let maximumName = 253
    /// The most octets of a label (RFC 1035 2.3.4).
    private static let maximumLabel = 63

    /// Reads the domain of an address, in A-labels or U-labels (UTS #46, non-transitional).
    ///
    /// - Throws: a name that is not made of letters, digits, hyphens and underscores, has an empty or too long label, is too long, or ends
    ///   in a number and so may be an IPv4 address.
    public init(_ octets: some Collection<UInt8>) throws(DomainNameError) {
        hadFinalDot = octets.count > 1 && Array(octets.suffix(1)) == [.dot]
        let octets = octets.dropLast(hadFinalDot ? 1 : 0)
        guard !octets.isEmpty else { throw .empty }
        // No U-label is longer than four times its A-label.
        guard octets.count <= 4 * Self.maximumName else { throw .tooLong }
        let ascii = octets.contains(where: \.isNonASCII) ? try Self.aLabels(octets) : octets.map(\.lowercased)
        guard ascii.count <= Self.maximumName else { throw .tooLong }
        let labels = ascii.split(separator: .dot, omittingEmptySubsequences: false)
        var hasUnderscore = false
        for label in labels {
            guard !label.isEmpty else { throw .emptyLabel }
            guard label.count <= Self.maximumLabel else { throw .tooLong }
            guard label.first != .hyphen, label.last != .hyphen else { throw .hyphen }
            for octet in label where !octet.isAlphanumeric && octet != .hyphen {
                guard octet == UInt8(ascii: "_") else { throw .character }
                hasUnderscore = true
            }
        }
        guard let last = labels.last, !Self.isNumber(last) else { throw .number }
        self.hasUnderscore = hasUnderscore
        self.name = String(decoding: ascii, as: UTF8.self)
    }

    /// Reads a domain given as text. See ``init(_:)``.
    public init(_ text: String) throws(DomainNameError) { try self.init(text.utf8) }

    private static func aLabels(_ octets: some Collection<UInt8>) throws(DomainNameError) -> [UInt8] {
        guard let text = String(validating: octets, as: UTF8.self), let ascii = IDNA.ascii(text) else { throw .international }
        return ascii.utf8.map(\.lowercased)
    }

    /// Whether a last label makes the whole what `inet_aton` takes for an address: decimal or hexadecimal. No top-level domain is like this.
    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        if label.allSatisfy(\.isDigit) { return true }
        return label.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) && label.dropFirst(2).allSatisfy(\.isHexadecimalDigit)
    }
}

/// Why a text is no domain name.
public enum DomainNameError: String, Error, Sendable, CustomStringConvertible {
    /// There is nothing.
    case empty = "no domain"
    /// Two dots next to each other, or a dot at the start.
    case emptyLabel = "empty label in the domain"
    /// A label of more than 63 octets or a name of more than 253.
    case tooLong = "domain too long"
    /// A label begins or ends with a hyphen.
    case hyphen = "hyphen at an end of a label of the domain"
    /// Something that is no letter, digit, hyphen or underscore.
    case character = "character that no domain has"
    /// An IPv4 address belongs in brackets.
    case number = "domain that ends in a number"
    /// IDNA 2008 has no A-label for it.
    case international = "domain that IDNA does not allow"

    /// What is wrong, in a few words.
    public var description: String { rawValue }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool { isDigit || ((self | 0x20) >= 0x61 && (self | 0x20) <= 0x66) }
}
