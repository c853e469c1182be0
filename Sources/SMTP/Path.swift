import Basics

/// An address in MAIL or RCPT.
struct Path {
    /// As it was sent, without brackets; empty for `<>`.
    var text = ""
    var localPart = ""
    /// Nil if there is no "@".
    var domain: RecipientDomain?
    var isNonASCII: Bool { text.utf8.contains(where: \.isNonASCII) }
}

/// Why an address cannot be read with certainty.
struct PathError: Error {
    let reason: String
}

// The domain read here decides which policy applies, so there is one way to read an address or there is none. What a server might read in
// another way (routes, a second "@", backslashes outside quotes, anything between the ">" and the parameters) is refused.
extension CommandParser {
    /// `FROM:` or `TO:` and the spaces people put around the colon; false if something else stands there.
    mutating func introduction(_ keyword: StaticString, quirks: inout [Quirk]) throws(CommandError) -> Bool {
        if index >= 2, octets[index - 1] == .space, octets[index - 2] == .space { quirks.append(.spacesBeforeFrom) }
        guard take(while: { $0.isAlphanumeric }).equalsIgnoringCase(keyword) else { return false }
        if skipSpaces() > 0 { quirks.append(.spaceBeforeColon) }
        guard next == UInt8(ascii: ":") else { return false }
        index += 1
        if skipSpaces() > 0 { quirks.append(.spaceAfterColon) }
        return true
    }

    /// The path, up to the space before the parameters or the end of the line.
    mutating func path(quirks: inout [Quirk]) throws(PathError) -> Path {
        guard next == UInt8(ascii: "<") else {
            quirks.append(.noBrackets)
            let path = try mailbox(quirks: &quirks)
            // Without brackets and without "@" it may as well be a parameter.
            guard path.domain != nil else { throw PathError(reason: "no angle brackets and no @") }
            try requireEnd()
            return path
        }
        index += 1
        var path = Path()
        if next != UInt8(ascii: ">") { path = try mailbox(quirks: &quirks) }
        guard next == UInt8(ascii: ">") else { throw unexpected() }
        index += 1
        try requireEnd()
        return path
    }

    private func requireEnd() throws(PathError) {
        guard next == nil || next == .space else { throw unexpected() }
    }

    private func unexpected() -> PathError {
        PathError(reason: next.map { "\"\(printable([$0], limit: 8))\" at the wrong place" } ?? "not closed by \">\"")
    }

    /// `Local-part [ "@" ( Domain / address-literal ) ]`.
    private mutating func mailbox(quirks: inout [Quirk]) throws(PathError) -> Path {
        let start = index
        guard next != UInt8(ascii: "@") else { throw PathError(reason: "source routes are not relayed") }
        let localPart = next == UInt8(ascii: "\"") ? try quotedString() : try dotString(quirks: &quirks)
        if localPart.count > 64 { quirks.append(.longLocalPart) }
        var domain: RecipientDomain?
        if next == UInt8(ascii: "@") {
            index += 1
            domain = try self.domain(quirks: &quirks)
        }
        return Path(
            text: String(decoding: octets[start..<index], as: UTF8.self), localPart: String(decoding: localPart, as: UTF8.self),
            domain: domain)
    }

    /// `Quoted-string` (RFC 5321 4.1.2), with its quotes.
    private mutating func quotedString() throws(PathError) -> ArraySlice<UInt8> {
        let start = index
        index += 1
        while let octet = next {
            index += 1
            if octet == UInt8(ascii: "\"") { return octets[start..<index] }
            // Whatever is escaped, it is one octet: RFC 6531 does not let quoted-pairs hold UTF-8.
            guard octet == UInt8(ascii: "\\") else { continue }
            guard let escaped = next, escaped.isPrintable else { throw PathError(reason: "a backslash before no ASCII character") }
            index += 1
        }
        throw PathError(reason: "a quoted local part that does not end")
    }

    /// `Dot-string` (RFC 5321 4.1.2, RFC 6531 3.3), with dots wherever carriers put them.
    private mutating func dotString(quirks: inout [Quirk]) throws(PathError) -> ArraySlice<UInt8> {
        let text = take { $0.isAtomText || $0.isNonASCII || $0 == .dot }
        guard !text.isEmpty else { throw next == nil ? PathError(reason: "empty") : unexpected() }
        let isDoubled = zip(text, text.dropFirst()).contains { $0 == .dot && $1 == .dot }
        if isDoubled || text.first == .dot || text.last == .dot { quirks.append(.dots) }
        return text
    }

    /// Whether a name holds a symbol, such as an emoji, that IDNA 2008 does not allow in any name (RFC 5892 2.8).
    private static func hasSymbol(_ text: some Collection<UInt8>) -> Bool {
        String(decoding: text, as: UTF8.self).unicodeScalars.contains { $0.value >= 0x80 && $0.properties.generalCategory == .otherSymbol }
    }

    private mutating func domain(quirks: inout [Quirk]) throws(PathError) -> RecipientDomain {
        if next == UInt8(ascii: "[") {
            index += 1
            let text = take { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: ">") && $0 != .space }
            guard next == UInt8(ascii: "]"), let address = AddressLiteral.address(text) else {
                throw PathError(reason: "no address literal: \"[\(printable(text, limit: 60))\"")
            }
            index += 1
            return .addressLiteral(address)
        }
        let text = take { $0.isAlphanumeric || $0 == .hyphen || $0 == .dot || $0 == UInt8(ascii: "_") || $0.isNonASCII }
        do {
            let domain = try DomainName(text, as: .mail)
            if domain.hasUnderscore { quirks.append(.underscore) }
            if text.last == .dot { quirks.append(.finalDot) }
            return .name(domain)
        } catch .international where Self.hasSymbol(text) {
            // No domain with a policy is written so, whatever a mapping makes of it; an MTA that resolved it by rules of its own is not stopped.
            quirks.append(.unmappedDomain)
            return .unmapped(String(decoding: text, as: UTF8.self))
        } catch {
            throw PathError(reason: error.description)
        }
    }
}

extension UInt8 {
    /// `atext` (RFC 5322 3.2.3).
    fileprivate var isAtomText: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^")...UInt8(ascii: "`"),
            UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default:
            isAlphanumeric
        }
    }
}
