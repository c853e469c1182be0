import Basics
import Records

extension STSPolicy {
    /// Parses a policy document (RFC 8461 3.2).
    ///
    /// Lines end with LF or CRLF, the last end is optional. Field names are case-sensitive and may come in any order; the first of a repeated
    /// field counts, except `mx`. Unknown fields are ignored if they are well formed. Blank lines are tolerated and noted in `lint`.
    public static func parse(_ body: [UInt8]) throws(STSPolicyError) -> STSPolicy {
        guard body.count <= longestText else { throw .tooLong }
        guard !body.starts(with: [0xef, 0xbb, 0xbf]) else { throw .byteOrderMark }
        guard let text = String(validating: body, as: UTF8.self) else { throw .notUTF8 }
        var fields = Fields()
        var rest = body[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            var line = rest[..<end]
            rest = rest[end...].dropFirst()
            if end < body.endIndex, line.last == UInt8(ascii: "\r") { line.removeLast() }
            try fields.add(line, number: number)
        }
        return try fields.policy(text: text)
    }

    /// The fields seen so far.
    private struct Fields {
        var hasVersion = false
        var mode: STSMode?
        var maxAge: Int?
        var mx: [String] = []
        var known: Set<String> = []
        var lint: [String] = []
        var isEmpty = true

        /// One line without its end.
        mutating func add(_ whole: ArraySlice<UInt8>, number: Int) throws(STSPolicyError) {
            let line = whole.droppingTrailingWSP
            if line.isEmpty {
                note("blank line")
                return
            }
            isEmpty = false
            // The value may contain colons; the name cannot.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isExtensionName(line[..<colon]) else {
                throw .malformedLine(number: number, excerpt: printable(whole, limit: 60, escapingBackslash: true))
            }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = line[(colon + 1)...].droppingLeadingWSP
            // sts-policy-ext-value: VCHAR, UTF-8 and inner spaces; every known value is one, too. Tabs, NUL, CR and other controls are not.
            guard !value.isEmpty, value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .malformedLine(number: number, excerpt: printable(whole, limit: 60, escapingBackslash: true))
            }
            guard set(name, value) else {
                throw .badValue(line: number, field: name, value: printable(value, limit: 60, escapingBackslash: true))
            }
        }

        /// Takes a known field; false if its value is not allowed.
        private mutating func set(_ name: String, _ value: ArraySlice<UInt8>) -> Bool {
            switch name {
            case "version" where !hasVersion:
                hasVersion = value.elementsEqual("STSv1".utf8)
                return hasVersion
            case "mode" where mode == nil:
                mode = STSMode(rawValue: String(decoding: value, as: UTF8.self))
                return mode != nil
            case "max_age" where maxAge == nil:
                guard value.count <= 10, value.allSatisfy(\.isDigit) else { return false }
                let seconds = value.reduce(0) { $0 * 10 + Int($1 & 15) }
                if seconds > STSPolicy.longestMaxAge { note("max_age above \(STSPolicy.longestMaxAge)") }
                maxAge = min(seconds, STSPolicy.longestMaxAge)
                return true
            case "mx":
                guard let pattern = MXPattern(value) else { return false }
                if let lint = pattern.lint { note(lint) }
                // A pattern allows no more for being there twice; of 64 KiB of one, nothing is left to keep.
                if known.insert(pattern.text).inserted { mx.append(pattern.text) }
                return true
            case "version", "mode", "max_age":
                note("\(name) repeated")
                return true
            default:
                return true
            }
        }

        private mutating func note(_ text: String) {
            if !lint.contains(text) { lint.append(text) }
        }

        func policy(text: String) throws(STSPolicyError) -> STSPolicy {
            guard !isEmpty else { throw .empty }
            guard hasVersion else { throw .missing(field: "version") }
            guard let mode else { throw .missing(field: "mode") }
            guard let maxAge else { throw .missing(field: "max_age") }
            // RFC 8461 3.2: "at least one", unless the mode is none.
            guard !mx.isEmpty || mode == .none else { throw .missing(field: "mx") }
            // An array that grew has room for as many again.
            return STSPolicy(mode: mode, mx: mx.map { $0 }, maxAge: maxAge, text: text, lint: lint)
        }
    }
}
