/// Any octets as printable ASCII, for logs, records, reports and replies.
///
/// SP to "~" stay as they are; every other octet (controls, DEL, all of UTF-8 beyond ASCII and with it the C1 controls) becomes `\xNN`,
/// so that what a peer sends can neither forge a line nor drive a terminal.
///
/// - Parameters:
///   - octets: what a peer sent
///   - limit: the most characters wanted; a longer text is cut, never within an `\xNN`, and ends in "..."
///   - escapingBackslash: a backslash becomes `\x5c`, so that no octets can pass for an escape; otherwise it stays, for text that is
///     read and not decoded, or escaped already
public func printable(_ octets: some Collection<UInt8>, limit: Int, escapingBackslash: Bool = false) -> String {
    func isPlain(_ octet: UInt8) -> Bool { octet >= 0x20 && octet < 0x7f && !(escapingBackslash && octet == UInt8(ascii: "\\")) }
    if octets.count <= limit, octets.allSatisfy(isPlain) { return String(decoding: octets, as: UTF8.self) }
    var text: [UInt8] = []
    text.reserveCapacity(Swift.min(octets.count, Swift.max(limit, 0)) + 4)
    // Where the text must be cut if the next character turns out not to fit.
    var cut = 0
    for octet in octets {
        if isPlain(octet) {
            text.append(octet)
        } else {
            text.append(UInt8(ascii: "\\"))
            text.append(UInt8(ascii: "x"))
            text.append(hexadecimalDigit(octet >> 4))
            text.append(hexadecimalDigit(octet & 15))
        }
        if text.count > limit {
            let dots = Swift.max(0, Swift.min(3, limit))
            return String(decoding: text[..<cut], as: UTF8.self) + String(repeating: ".", count: dots)
        }
        if text.count <= limit - 3 { cut = text.count }
    }
    return String(decoding: text, as: UTF8.self)
}

/// Any text as printable ASCII: its UTF-8 octets given to ``printable(_:limit:escapingBackslash:)``.
public func printable(_ text: String, limit: Int, escapingBackslash: Bool = false) -> String {
    printable(text.utf8, limit: limit, escapingBackslash: escapingBackslash)
}
