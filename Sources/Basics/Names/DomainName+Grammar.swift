extension DomainName {
    /// Where a name comes from, which decides what it may be.
    ///
    /// All grammars take labels of letters, digits, hyphens and underscores, 1 to 63 octets each and 253 in all (RFC 1035 2.3.4), in any
    /// case and with or without a final dot. Beyond that:
    ///
    /// | grammar          | any octet, root | hyphen at a label's end | number at the end | underscore | one label | U-labels  |
    /// |------------------|-----------------|-------------------------|-------------------|------------|-----------|-----------|
    /// | ``wire``         | yes             | yes                     | yes               | yes        | yes       | no        |
    /// | ``question``     | no              | yes                     | yes               | yes        | yes       | no        |
    /// | ``reference``    | no              | yes                     | no                | yes        | yes       | no        |
    /// | ``mail``         | no              | no                      | no                | yes        | yes       | converted |
    /// | ``configuration``| no              | no                      | no                | yes        | no        | no        |
    /// | ``host``         | no              | no                      | no                | no         | no        | no        |
    ///
    /// Each takes less than the one before it (U-labels apart). Hyphens: RFC 952, RFC 5321 4.1.2. A number at the end, decimal or `0x`
    /// and hexadecimal, is what `inet_aton` takes for an IPv4 address, and no top-level domain is like it (RFC 1123 2.1, RFC 3696 2).
    /// Underscores: no host name has one, some mail domains and their hosts do, and `_25._tcp` and `_mta-sts` must.
    public enum Grammar: String, Sendable, CaseIterable {
        /// What is found in DNS: labels may hold any octet (RFC 2181 11), written `\DDD`; and what was stored.
        case wire
        /// What Weft asks DNS for.
        case question
        /// What a certificate is compared with and what SNI carries (RFC 6125 6.4, RFC 6066 3).
        ///
        /// A leading dot would make OpenSSL match every subdomain, and an address is no name.
        case reference
        /// The domain of an address (RFC 5321 4.1.2 `Domain`, RFC 6531 3.3), in A-labels or U-labels (UTS #46, non-transitional).
        case mail
        /// What an operator writes down: a mail domain or host, never a bare top-level domain.
        case configuration
        /// The full name of a host (RFC 5321 2.3.5), as one is looked for in a greeting.
        case host

        /// What the grammar does not allow.
        var refused: Traits {
            switch self {
            case .wire: []
            case .question: [.root, .anyOctet]
            case .reference: [.root, .anyOctet, .number]
            case .mail: [.root, .anyOctet, .number, .outerHyphen]
            case .configuration: [.root, .anyOctet, .number, .outerHyphen, .singleLabel]
            case .host: [.root, .anyOctet, .number, .outerHyphen, .singleLabel, .underscore]
            }
        }

        /// Whether names in UTF-8 are converted.
        var readsULabels: Bool { self == .mail }
    }

    /// What a name has and not every grammar allows.
    package struct Traits: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let root = Traits(rawValue: 1)
        /// An octet that is no letter, digit, hyphen or underscore.
        package static let anyOctet = Traits(rawValue: 2)
        /// The last label is a number.
        package static let number = Traits(rawValue: 4)
        /// A label begins or ends with a hyphen.
        package static let outerHyphen = Traits(rawValue: 8)
        package static let singleLabel = Traits(rawValue: 16)
        package static let underscore = Traits(rawValue: 32)
    }
}
