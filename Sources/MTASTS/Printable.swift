/// Text from a stranger made safe for logs, replies and reports: printable ASCII as it is, everything else as `\xHH`, at most `limit` characters.
func printable(_ bytes: some Sequence<UInt8>, limit: Int = 200) -> String {
    var out: [UInt8] = []
    var cut = 0  // where "..." still fits
    for byte in bytes {
        if out.count <= limit - 3 { cut = out.count }
        if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") {
            out.append(byte)
        } else {
            out += [UInt8(ascii: "\\"), UInt8(ascii: "x"), hexDigit(byte >> 4), hexDigit(byte & 15)]
        }
        if out.count > limit {
            out.replaceSubrange(cut..., with: "...".utf8)
            break
        }
    }
    return String(decoding: out, as: UTF8.self)
}

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

/// Octets in lower-case hexadecimal.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }, as: UTF8.self)
}

extension UInt8 {
    /// RFC 5234 B.1 DIGIT.
    var isDigit: Bool { self &- 0x30 < 10 }
    /// RFC 5234 B.1 ALPHA / DIGIT.
    var isAlphanumeric: Bool { isDigit || (self | 0x20) &- 0x61 < 26 }
    /// RFC 5234 B.1 WSP: space or tab.
    var isWSP: Bool { self == 0x20 || self == 0x09 }
    /// The same octet, ASCII upper case made lower case.
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

/// `sts-ext-name` and `sts-policy-ext-name`: one letter or digit, then at most 31 of letters, digits, `_`, `-`, `.` (RFC 8461 3.1, 3.2).
func isExtensionName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, first.isAlphanumeric, bytes.count <= 32 else { return false }
    return bytes.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
}

extension ArraySlice<UInt8> {
    /// The slice without the WSP at its start.
    var droppingLeadingWSP: ArraySlice<UInt8> { drop(while: \.isWSP) }

    /// The slice without the WSP at its end.
    var droppingTrailingWSP: ArraySlice<UInt8> {
        var slice = self
        while let last = slice.last, last.isWSP { slice.removeLast() }
        return slice
    }
}
