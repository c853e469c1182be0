/// Any octets as printable ASCII, for logs, records and replies.
///
/// SP to "~" stay as they are; every other octet (controls, DEL, all of UTF-8 beyond ASCII and with it the C1 controls) becomes `\xNN`,
/// so that what a peer sends can neither forge a line nor drive a terminal. A backslash is not doubled: the text is for reading, not
/// for decoding.
///
/// - Parameters:
///   - octets: what a peer sent
///   - limit: the most characters wanted; a longer text is cut, never within an `\xNN`, and ends in "..."
public func printable(_ octets: some Collection<UInt8>, limit: Int) -> String {
    if octets.count <= limit, octets.allSatisfy(\.isPrintable) { return String(decoding: octets, as: UTF8.self) }
    return escaped(octets, limit: limit)
}

/// Any text as printable ASCII, for logs, records and replies: its UTF-8 octets given to ``printable(_:limit:)``.
public func printable(_ text: String, limit: Int) -> String { printable(text.utf8, limit: limit) }

private func escaped(_ octets: some Collection<UInt8>, limit: Int) -> String {
    let digits = StaticString("0123456789abcdef")
    var text: [UInt8] = []
    text.reserveCapacity(Swift.min(octets.count, Swift.max(limit, 0)) + 4)
    // Where the text must be cut if the next character turns out not to fit.
    var cut = 0
    for octet in octets {
        if octet.isPrintable {
            text.append(octet)
        } else {
            text.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "x")])
            digits.withUTF8Buffer { text.append(contentsOf: [$0[Int(octet >> 4)], $0[Int(octet & 15)]]) }
        }
        if text.count > limit {
            let dots = Swift.max(0, Swift.min(3, limit))
            return String(decoding: text[..<cut], as: UTF8.self) + String(repeating: ".", count: dots)
        }
        if text.count <= limit - 3 { cut = text.count }
    }
    return String(decoding: text, as: UTF8.self)
}
