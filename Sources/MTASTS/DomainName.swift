/// What the text of a domain name is made of, found in one pass and without allocating.
struct DomainName {
    /// RFC 5321 4.1.2 `Domain` with the limits of RFC 1035 2.3.4: labels of letters, digits and inner hyphens, 1 to 63 octets, at most 253 in
    /// all; one final dot is allowed and does not count.
    private(set) var isValid = true
    /// `_` occurs, which hosts' names should not have but some have.
    private(set) var hasUnderscore = false
    private(set) var hasUpperCase = false
    private(set) var hasFinalDot = false
    /// The last label has only digits: no top-level domain's does (RFC 3696 2), every IPv4 address's does.
    private(set) var isNumeric = false
    /// Octets without the final dot.
    private(set) var count = 0

    init(_ octets: some Sequence<UInt8>) {
        var (total, label, last) = (0, 0, UInt8(ascii: "."))
        isNumeric = true
        for octet in octets {
            total += 1
            if hasFinalDot {
                // More follows: the dot was between two labels.
                hasFinalDot = false
                isNumeric = true
            }
            if octet == UInt8(ascii: ".") {
                if label == 0 || last == UInt8(ascii: "-") { isValid = false }
                hasFinalDot = true
                label = 0
            } else {
                label += 1
                if label > 63 || (label == 1 && octet == UInt8(ascii: "-")) { isValid = false }
                if !octet.isDigit { isNumeric = false }
                if octet == UInt8(ascii: "_") {
                    hasUnderscore = true
                } else if !octet.isAlphanumeric && octet != UInt8(ascii: "-") {
                    isValid = false
                }
                if octet != octet.lowercased { hasUpperCase = true }
            }
            last = octet
        }
        count = hasFinalDot ? total - 1 : total
        if !(1...253).contains(count) || last == UInt8(ascii: "-") { isValid = false }
    }

    /// The policy domain in the form used as key: lower case, no final dot; nil if it cannot be one: not A-labels, an address, or too long
    /// for `_mta-sts.` before it.
    static func policyDomain(_ text: String) -> String? {
        let name = DomainName(text.utf8)
        guard name.isValid, !name.isNumeric, name.count <= 253 - "_mta-sts.".utf8.count else { return nil }
        if !name.hasUpperCase, !name.hasFinalDot { return text }
        return String(decoding: text.utf8.prefix(name.count).map(\.lowercased), as: UTF8.self)
    }
}
