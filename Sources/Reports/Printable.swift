import Basics

extension StringProtocol {
    /// The text with everything escaped that a terminal could take for more than a character: controls of ASCII and C1, line and paragraph
    /// separators, and the invisible characters that reorder text (Unicode's format category). A backslash stays as it is: what the journal
    /// has is often escaped already.
    package var printable: String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                result.unicodeScalars.append(scalar)
            } else {
                result += scalar.value < 0x100 ? "\\x" + hex(scalar, digits: 2) : "\\u{" + hex(scalar, digits: 4) + "}"
            }
        }
        return result
    }

    /// A JSON text whose strings hold nothing that a terminal could act on; it means the same.
    package var printableJSON: String {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(self) }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                result.unicodeScalars.append(scalar)
            } else {
                // RFC 8259 7: beyond the basic plane as a surrogate pair.
                for unit in Character(scalar).utf16 { result += "\\u" + hex(unit, digits: 4) }
            }
        }
        return result
    }
}

extension String {
    /// As `printable`, for text that has lines.
    package var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map(\.printable).joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

private func hex(_ scalar: Unicode.Scalar, digits: Int) -> String {
    hex(scalar.value, digits: digits)
}

private func hex(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
