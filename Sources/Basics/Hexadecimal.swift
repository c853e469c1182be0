/// `octets` in lower-case hexadecimal.
public func hexadecimal(_ octets: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * octets.count)
    for octet in octets {
        text.append(hexadecimalDigit(octet >> 4))
        text.append(hexadecimalDigit(octet & 15))
    }
    return String(decoding: text, as: UTF8.self)
}

/// The digit for 0 to 15, in ASCII.
func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
