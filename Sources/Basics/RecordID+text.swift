extension RecordID: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// How many characters an id has.
    public static let textLength = 26

    /// The 26 characters, upper case.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            // 26 characters hold 130 bits: the first has the 3 topmost of the 128.
            for index in 0..<Self.textLength {
                let shift = UInt64(125 - 5 * index)
                let bits: UInt64
                if shift >= 64 {
                    bits = high >> (shift - 64)
                } else if shift > 59 {
                    bits = high << (64 - shift) | low >> shift
                } else {
                    bits = low >> shift
                }
                buffer[index] = Self.alphabet[Int(bits & 31)]
            }
            return Self.textLength
        }
    }

    /// Reads the 26 characters of an id in either case, taking I and L for 1 and O for 0 as Crockford's base 32 does; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == Self.textLength else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let value = Self.value(of: character), index > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }

    /// Reads an id from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = RecordID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id (26 characters of Crockford base 32)")
        }
        self = id
    }

    /// Writes the id as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The upper-case spelling of the beginning of an id, nil if no id begins so.
    package static func canonicalPrefix(_ text: String) -> String? {
        guard text.utf8.count <= textLength else { return nil }
        var characters: [UInt8] = []
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            characters.append(alphabet[Int(value)])
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func value(of character: UInt8) -> UInt8? {
        // Without the bit that makes letters lower case; digits keep theirs.
        let upper = character >= 0x61 ? character & 0xDF : character
        switch upper {
        case 0x4F: return 0
        case 0x49, 0x4C: return 1
        default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
        }
    }
}
