import FoundationEssentials

/// JSON for columns, written by hand because it is on the path of every session.
package enum JSONText {
    /// `[[offset,"->","text"],...]`, each text cut to `limit` octets.
    package static func transcript(_ lines: [TranscriptLine], limit: Int) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(lines.reduce(2) { $0 + 24 + min($1.text.utf8.count, limit) })
        output.append(UInt8(ascii: "["))
        for line in lines {
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "["))
            append(line.offset, to: &output)
            output.append(UInt8(ascii: ","))
            append(line.direction.rawValue, to: &output)
            output.append(UInt8(ascii: ","))
            append(line.text.bounded(limit), to: &output)
            output.append(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "]"))
        return String(decoding: output, as: UTF8.self)
    }

    /// `["a","b"]`.
    package static func array(_ strings: [String]) -> String {
        if strings.isEmpty { return "[]" }
        var output: [UInt8] = [UInt8(ascii: "[")]
        for string in strings {
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            append(string, to: &output)
        }
        output.append(UInt8(ascii: "]"))
        return String(decoding: output, as: UTF8.self)
    }

    /// The strings of a column written by ``array(_:)``; empty for anything else.
    package static func strings(_ text: String) -> [String] {
        if text == "[]" { return [] }
        return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }

    private static func append(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { octets in
            // Runs that need no escape are copied whole.
            var start = 0
            for (index, octet) in octets.enumerated() where octet < 0x20 || octet == 0x22 || octet == 0x5C {
                output.append(contentsOf: octets[start..<index])
                start = index + 1
                if octet < 0x20 {
                    output.append(contentsOf: "\\u00".utf8)
                    output.append(hexDigit(octet >> 4))
                    output.append(hexDigit(octet & 15))
                } else {
                    output.append(UInt8(ascii: "\\"))
                    output.append(octet)
                }
            }
            output.append(contentsOf: octets[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func append(_ number: Int64, to output: inout [UInt8]) {
        if number < 0 { output.append(UInt8(ascii: "-")) }
        var magnitude = number.magnitude
        let start = output.count
        repeat {
            output.append(0x30 + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        output[start...].reverse()
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }
}

extension String {
    /// The string, cut at a character's boundary to at most `limit` octets.
    package func bounded(_ limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
