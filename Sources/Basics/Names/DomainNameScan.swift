/// What the text of a domain name is made of, found in one pass and without allocating.
struct DomainNameScan {
    /// What not every grammar allows.
    private(set) var traits: DomainName.Traits = []
    /// What no grammar allows.
    private(set) var fault: DomainNameError?
    /// The first octet that only DNS itself can hold, if there is one.
    private(set) var odd: UInt8 = 0
    /// Octets of the text without the final dot.
    private(set) var count = 0
    /// The text is what ``DomainName/text`` would be: lower case, no final dot.
    private(set) var isCanonical = true

    /// The most octets of a name without its final dot (RFC 1035 2.3.4: 255 in wire form).
    static let longestName = 253
    /// The most octets of a label (RFC 1035 2.3.4).
    static let longestLabel = 63

    init(_ octets: [UInt8]) { self = octets.withUnsafeBufferPointer(Self.init) }

    init(_ octets: UnsafeBufferPointer<UInt8>) {
        count = octets.count
        if count > 0, octets[count - 1] == UInt8(ascii: ".") {
            count -= 1
            isCanonical = false
        }
        guard count > 0 else {
            traits = .root
            return
        }
        scan(octets)
        // An octet beyond ASCII outweighs what is wrong elsewhere: the conversion of U-labels has the say over the whole.
        if fault != nil, octets.contains(where: { $0 >= 0x80 }) { fault = .notASCII }
    }

    private mutating func scan(_ octets: UnsafeBufferPointer<UInt8>) {
        // Octets of the name and of the label at hand, with an escape for one octet.
        var (total, label, labels) = (0, 0, 1)
        var number = NumberScan()
        var position = 0
        while position < count {
            let octet = octets[position]
            position += 1
            total += 1
            if octet == UInt8(ascii: ".") {
                if octets[position - 2 < 0 ? 0 : position - 2] == UInt8(ascii: "-") { traits.insert(.outerHyphen) }
                guard label > 0 else { return fail(.emptyLabel) }
                labels += 1
                label = 0
                number = NumberScan()
                continue
            }
            label += 1
            guard label <= Self.longestLabel else { return fail(.longLabel) }
            guard octet != UInt8(ascii: "\\") else {
                guard let escaped = Self.escaped(octets, at: position, end: count) else { return fail(.escape) }
                note(odd: escaped)
                number.end()
                position += 3
                continue
            }
            number.add(octet)
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): isCanonical = false
            case UInt8(ascii: "-"): if label == 1 { traits.insert(.outerHyphen) }
            case UInt8(ascii: "_"): traits.insert(.underscore)
            default: return fail(.character(octet))
            }
        }
        guard label > 0 else { return fail(.emptyLabel) }
        guard total <= Self.longestName else { return fail(.longName) }
        if octets[count - 1] == UInt8(ascii: "-") { traits.insert(.outerHyphen) }
        if labels == 1 { traits.insert(.singleLabel) }
        if number.isNumber { traits.insert(.number) }
    }

    private mutating func fail(_ error: DomainNameError) { fault = error }

    private mutating func note(odd octet: UInt8) {
        if !traits.contains(.anyOctet) { odd = octet }
        traits.insert(.anyOctet)
    }

    /// The octet of the `DDD` at `position`; nil if it is none, or one that is not written so.
    private static func escaped(_ octets: UnsafeBufferPointer<UInt8>, at position: Int, end: Int) -> UInt8? {
        guard position + 3 <= end else { return nil }
        var value = 0
        for digit in octets[position..<position + 3] {
            guard digit.isDigit else { return nil }
            value = 10 * value + Int(digit - 0x30)
        }
        guard let octet = UInt8(exactly: value), !octet.isPlainInName else { return nil }
        return octet
    }
}

/// Whether a label is what `inet_aton` takes for a number: decimal digits, or `0x` and hexadecimal ones.
private struct NumberScan {
    private enum Shape { case start, zero, decimal, hexadecimal, other }
    private var shape = Shape.start

    var isNumber: Bool { shape != .other && shape != .start }

    mutating func add(_ octet: UInt8) {
        let letter = octet | 0x20
        switch shape {
        case .other: break
        case .start: shape = octet == UInt8(ascii: "0") ? .zero : octet.isDigit ? .decimal : .other
        case .zero: shape = octet.isDigit ? .decimal : letter == UInt8(ascii: "x") ? .hexadecimal : .other
        case .decimal: if !octet.isDigit { shape = .other }
        case .hexadecimal: if !octet.isDigit, !(UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter) { shape = .other }
        }
    }

    mutating func end() { shape = .other }
}

extension UInt8 {
    /// A letter, digit, hyphen or underscore, which the text of a name shows as it is.
    var isPlainInName: Bool {
        isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
