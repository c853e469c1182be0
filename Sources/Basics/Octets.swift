// The octets of ASCII (RFC 20; RFC 5234 B.1), as the grammars of mail need them. Inlined everywhere: they are asked of each octet of a line.

extension UInt8 {
    /// DIGIT.
    @inlinable package var isDigit: Bool { self &- 0x30 < 10 }

    /// ALPHA / DIGIT.
    @inlinable package var isAlphanumeric: Bool { isDigit || (self | 0x20) &- 0x61 < 26 }

    /// `A`-`Z` in lower case; every other octet as it is.
    @inlinable package var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// `a`-`z` in upper case; every other octet as it is.
    @inlinable package var uppercased: UInt8 { self &- 0x61 < 26 ? self & 0xdf : self }
}
