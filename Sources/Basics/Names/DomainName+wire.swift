extension DomainName {
    /// An uncompressed wire name (RFC 1035 3.1); nil if it is not such a name.
    ///
    /// Every octet that is not a letter, digit, hyphen or underscore is written `\DDD`, so the name fits ``Grammar/wire`` alone: it can be
    /// compared, kept and shown, and is refused wherever it would be asked for, sent or matched with a certificate.
    package init?(wire: UnsafeRawBufferPointer) {
        guard wire.count <= DomainNameScan.longestName + 2 else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        var position = 0
        while true {
            guard position < wire.count else { return nil }
            let length = Int(wire[position])
            position += 1
            if length == 0 { break }
            guard length <= DomainNameScan.longestLabel, position + length < wire.count else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for octet in wire[position..<position + length] { Self.append(octet, to: &text) }
            position += length
        }
        guard position == wire.count, let name = try? DomainName(text, as: .wire) else { return nil }
        self = name
    }

    private static func append(_ octet: UInt8, to text: inout [UInt8]) {
        guard !octet.isPlainInName else { return text.append(octet.lowercased) }
        let zero = UInt8(ascii: "0")
        text += [UInt8(ascii: "\\"), zero + octet / 100, zero + octet / 10 % 10, zero + octet % 10]
    }
}
