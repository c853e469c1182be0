/// Names in the form Weft keeps them: lower case, no final dot, the root empty. Such text is the same for two names exactly when DNS
/// holds them equal (RFC 4343).
enum DomainName {
    /// `name` as it is asked for: letters, digits, hyphens and underscores in labels of 1 to 63 octets, 253 in all (RFC 1035 2.3.4),
    /// lower-cased and without its final dot. `nil` for anything else, the root included.
    static func normalized(_ name: String) -> String? {
        var bytes = name.utf8[...]
        if bytes.last == UInt8(ascii: ".") { bytes = bytes.dropLast() }
        guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
        var labelLength = 0
        var isLowerCase = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "."):
                guard labelLength > 0 else { return nil }
                labelLength = 0
                continue
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): isLowerCase = false
            default: return nil
            }
            labelLength += 1
            guard labelLength <= 63 else { return nil }
        }
        guard labelLength > 0 else { return nil }
        if isLowerCase { return bytes.count == name.utf8.count ? name : String(Substring(bytes)) }
        return String(decoding: bytes.map(lowerCased), as: UTF8.self)
    }

    /// The text of an uncompressed wire name (RFC 1035 3.1). Every octet that is not a letter, digit, hyphen or underscore is
    /// written `\DDD`, a dot within a label too, so that a dot in the text always separates labels. `nil` if it is not such a name.
    static func text(wire: UnsafeRawBufferPointer) -> String? {
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        var position = 0
        while position < wire.count {
            let length = Int(wire[position])
            position += 1
            if length == 0 { return position == wire.count ? String(decoding: text, as: UTF8.self) : nil }
            guard length <= 63, position + length < wire.count else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for byte in wire[position..<position + length] { append(lowerCased(byte), to: &text) }
            position += length
        }
        return nil
    }

    /// Whether `name` is `ancestor` or below it.
    static func isWithin(_ name: String, _ ancestor: String) -> Bool {
        ancestor.isEmpty || name == ancestor || name.hasSuffix("." + ancestor)
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            text.append(byte)
        default:
            let zero = UInt8(ascii: "0")
            text += [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
        }
    }

    private static func lowerCased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
