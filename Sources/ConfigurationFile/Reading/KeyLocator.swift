import Basics

/// Finds the line of every table, key and array element in a TOML text.
///
/// The TOML parser gives positions for syntax errors only; an operator wants the line of a wrong value too. This reads just enough of
/// the grammar to follow keys (TOML 1.0 "Keys", "Table", "Inline Table", "Array of Tables"). It is given text that the parser has accepted, but
/// does not rely on it: it always moves forward and never reads past the end.
struct KeyLocator {
    /// Lines from 1. A key that is written in several places (a table and its dotted continuation) keeps the first.
    private(set) var lines: [ValuePath: Int] = [:]

    private let text: [UInt8]
    private var position = 0
    private var line = 1
    private var tableCounts: [ValuePath: Int] = [:]

    init(_ text: String) {
        self.text = Array(text.utf8)
        locate()
    }

    private mutating func locate() {
        var table = ValuePath()
        while true {
            skipBlank()
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "[") {
                table = header()
            } else {
                keyAndValue(in: table)
            }
            skipToNextLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`: returns the path that the keys below it belong to.
    private mutating func header() -> ValuePath {
        let start = line
        advance()
        let isArray = peek() == UInt8(ascii: "[")
        if isArray { advance() }
        let keys = dottedKey()
        var path = ValuePath()
        for (offset, key) in keys.enumerated() {
            path = path.appending(key)
            let isLast = offset == keys.count - 1
            if isArray && isLast {
                let index = tableCounts[path, default: 0]
                tableCounts[path] = index + 1
                note(path, start)
                path = path.appending(index: index)
            } else if let count = tableCounts[path], count > 0 {
                // A path through an array of tables means its latest element (TOML 1.0 "Array of Tables").
                path = path.appending(index: count - 1)
            }
            note(path, start)
        }
        return path
    }

    private mutating func keyAndValue(in table: ValuePath) {
        let start = line
        var path = table
        for key in dottedKey() {
            path = path.appending(key)
            note(path, start)
        }
        skipSpaces()
        guard peek() == UInt8(ascii: "=") else { return }
        advance()
        value(at: path)
    }

    private mutating func value(at path: ValuePath) {
        skipBlank()
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = quoted()
        case UInt8(ascii: "["): array(at: path)
        case UInt8(ascii: "{"): inlineTable(at: path)
        default: skipBareValue()
        }
    }

    private mutating func array(at path: ValuePath) {
        advance()
        var index = 0
        while true {
            skipBlank()
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "]") { return advance() }
            if byte == UInt8(ascii: ",") {
                advance()
                continue
            }
            let element = path.appending(index: index)
            note(element, line)
            let before = position
            value(at: element)
            if position == before { advance() }
            index += 1
        }
    }

    private mutating func inlineTable(at path: ValuePath) {
        advance()
        while true {
            skipBlank()
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "}") { return advance() }
            let before = position
            if byte != UInt8(ascii: ",") { keyAndValue(in: path) }
            if position == before { advance() }
        }
    }

    private mutating func note(_ path: ValuePath, _ line: Int) {
        if lines[path] == nil { lines[path] = line }
    }
}

// MARK: - Tokens

extension KeyLocator {
    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < text.count ? text[position + offset] : nil
    }

    private mutating func advance() {
        guard position < text.count else { return }
        if text[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpaces() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
    }

    /// Spaces, line ends and comments.
    private mutating func skipBlank() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
            case UInt8(ascii: "#"): skipToNextLine()
            default: return
            }
        }
    }

    private mutating func skipToNextLine() {
        while let byte = peek() {
            advance()
            if byte == UInt8(ascii: "\n") { return }
        }
    }

    private mutating func skipBareValue() {
        while let byte = peek(), !Array(",]}#\r\n".utf8).contains(byte) { advance() }
    }

    private mutating func dottedKey() -> [String] {
        var keys: [String] = []
        while true {
            skipSpaces()
            guard let byte = peek() else { return keys }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                keys.append(quoted())
            } else {
                let start = position
                while let byte = peek(), Self.isBareKey(byte) { advance() }
                guard position > start else { return keys }
                keys.append(String(decoding: text[start..<position], as: UTF8.self))
            }
            skipSpaces()
            guard peek() == UInt8(ascii: ".") else { return keys }
            advance()
        }
    }

    private static func isBareKey(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// One of the four kinds of string, from its opening quote past its closing one. Escapes are kept as they are written: no key of ours needs one.
    private mutating func quoted() -> String {
        guard let quote = peek() else { return "" }
        let isMultiline = peek(1) == quote && peek(2) == quote
        let width = isMultiline ? 3 : 1
        for _ in 0..<width { advance() }
        let start = position
        while let byte = peek() {
            if byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") {
                advance()
                advance()
            } else if byte == quote && (!isMultiline || (peek(1) == quote && peek(2) == quote)) {
                let end = position
                for _ in 0..<width { advance() }
                // A multi-line string may end in up to two quotes of its own: `""""` (TOML 1.0 "String").
                while isMultiline && peek() == quote { advance() }
                return String(decoding: text[start..<end], as: UTF8.self)
            } else if byte == UInt8(ascii: "\n") && !isMultiline {
                break
            } else {
                advance()
            }
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }
}
