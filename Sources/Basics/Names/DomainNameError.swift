/// Why a text is no domain name, or not one of the kind that is wanted.
public enum DomainNameError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is nothing.
    case empty
    /// Two dots next to each other, or a dot at the start.
    case emptyLabel
    /// A label of more than 63 octets.
    case longLabel
    /// A name of more than 253 octets.
    case longName
    /// A label begins or ends with a hyphen.
    case hyphen
    /// An ASCII character that is no letter, digit, hyphen or underscore.
    case character(UInt8)
    /// A backslash before anything but the three digits of an octet that is written so.
    case escape
    /// An underscore, where a host is named.
    case underscore
    /// An IPv4 address belongs in brackets.
    case number
    /// A bare top-level domain or the name of a host alone.
    case singleLabel
    /// Not ASCII, where A-labels are wanted.
    case notASCII
    /// IDNA 2008 has no A-label for it.
    case international

    /// What is wrong, in a few words of ASCII.
    public var description: String {
        switch self {
        case .empty: "no domain"
        case .emptyLabel: "empty label in the domain"
        case .longLabel: "label of more than 63 octets in the domain"
        case .longName: "domain of more than 253 octets"
        case .hyphen: "hyphen at an end of a label of the domain"
        case .character(let octet): "\"\(printable([octet], limit: 4))\" in the domain"
        case .escape: "backslash in the domain"
        case .underscore: "underscore in the name of a host"
        case .number: "domain that ends in a number"
        case .singleLabel: "domain of one label"
        case .notASCII: "domain that is not ASCII; write its A-labels (xn--...)"
        case .international: "domain that IDNA does not allow"
        }
    }

    /// The first of what a grammar refused. `odd` is the octet that only DNS itself can hold.
    init(_ refused: DomainName.Traits, odd: UInt8) {
        self =
            if refused.contains(.root) {
                .empty
            } else if refused.contains(.anyOctet) {
                odd == UInt8(ascii: "\\") ? .escape : .character(odd)
            } else if refused.contains(.number) {
                .number
            } else if refused.contains(.outerHyphen) {
                .hyphen
            } else if refused.contains(.singleLabel) {
                .singleLabel
            } else {
                .underscore
            }
    }
}
