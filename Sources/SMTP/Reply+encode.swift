import NIOCore

extension Reply: CustomStringConvertible {
    /// Writes the reply as it is sent, each line ended by CRLF.
    public func encode(into buffer: inout ByteBuffer) {
        Self.write(code, first, isLast: others.isEmpty, into: &buffer)
        for index in others.indices {
            Self.write(code, others[index], isLast: index == others.count - 1, into: &buffer)
        }
    }

    /// The reply on one line, for logs and records: code and texts, the lines divided by " / ".
    public var description: String {
        others.isEmpty ? "\(code) \(first)" : "\(code) \(lines.joined(separator: " / "))"
    }

    private static func write(_ code: Int, _ text: String, isLast: Bool, into buffer: inout ByteBuffer) {
        // The code is 200 to 599.
        let hundreds = UInt8(code / 100) + 0x30
        let tens = UInt8(code / 10 % 10) + 0x30
        let ones = UInt8(code % 10) + 0x30
        buffer.writeMultipleIntegers(hundreds, tens, ones, isLast ? UInt8.space : UInt8.hyphen)
        buffer.writeString(text)
        buffer.writeMultipleIntegers(UInt8.carriageReturn, UInt8.lineFeed)
    }
}
