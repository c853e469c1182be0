import Basics

extension UInt8 {
    /// RFC 5234 B.1 WSP: space or tab.
    var isWSP: Bool { self == 0x20 || self == 0x09 }
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
