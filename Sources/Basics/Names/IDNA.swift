import CIDN2

/// Internationalized domain names by libidn2.
enum IDNA {
    /// The A-labels of a name in UTF-8 (RFC 5891, UTS #46 non-transitional); nil if IDNA 2008 does not allow it.
    static func ascii(_ name: String) -> String? {
        let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue | IDN2_USE_STD3_ASCII_RULES.rawValue
        var output: UnsafeMutablePointer<CChar>?
        // An embedded NUL would end the name early.
        guard !name.utf8.contains(0), idn2_to_ascii_8z(name, &output, Int32(flags)) == IDN2_OK.rawValue, let output else { return nil }
        defer { idn2_free(output) }
        return String(validatingCString: output)
    }
}
