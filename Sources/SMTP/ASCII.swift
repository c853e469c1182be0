import Basics

/// The octets SMTP gives a meaning to.
extension UInt8 {
    static let horizontalTab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let dot = UInt8(ascii: ".")
    static let hyphen = UInt8(ascii: "-")

    /// C0 controls and DEL.
    var isControl: Bool { self < 0x20 || self == 0x7f }

    /// SP to "~".
    var isPrintable: Bool { self >= 0x20 && self < 0x7f }

    var isNonASCII: Bool { self >= 0x80 }
}

extension Collection<UInt8> {
    /// Whether these are the octets of `text`, an ASCII string, in any mix of cases.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            zip(self, expected).allSatisfy { $0.lowercased == $1.lowercased }
        }
    }

    /// The value of a string of decimal digits, `Int.max` where it would not fit; nil for anything but 1 to `maximumDigits` digits.
    func saturatedDecimal(maximumDigits: Int) -> Int? {
        guard !isEmpty, count <= maximumDigits else { return nil }
        var value = 0
        for octet in self {
            guard octet.isDigit else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(octet - 0x30))
            value = overflowed || carried ? Int.max : sum
        }
        return value
    }

    /// These ASCII octets as an upper-case string.
    func uppercasedString() -> String { String(decoding: map(\.uppercased), as: UTF8.self) }
}
