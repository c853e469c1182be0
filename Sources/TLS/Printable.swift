/// `text` with everything but printable ASCII as `\xNN`, cut to `limit` characters: certificates and peers choose such text, logs and
/// reports show it.
func printable(_ text: String, limit: Int) -> String { printable(text.utf8, limit: limit) }

/// As for text; the bytes need not be UTF-8. With `keepingBackslash`, they are escaped in some way already.
func printable(_ bytes: some Sequence<UInt8>, limit: Int, keepingBackslash: Bool = false) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    for byte in bytes {
        let plain = (0x20...0x7E).contains(byte) && (keepingBackslash || byte != 0x5C)
        guard result.count + (plain ? 1 : 4) <= limit else { break }
        if plain {
            result.append(byte)
        } else {
            result.append(contentsOf: [0x5C, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// Lower-case hexadecimal.
func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
    }
    return String(decoding: result, as: UTF8.self)
}
