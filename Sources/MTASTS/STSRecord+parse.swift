import Basics

/// What is wrong with an MTA-STS TXT record.
struct STSRecordError: Error, CustomStringConvertible {
    let description: String
}

extension STSRecord {
    /// ```
    /// sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
    /// sts-field-delim = *WSP ";" *WSP
    /// sts-id          = %s"id=" 1*32(ALPHA / DIGIT)
    /// sts-ext-value   = 1*(%x21-3A / %x3C / %x3E-7E)
    /// ```
    /// (RFC 8461 3.1). The first of several `id` counts (3.2 says so of policies; the same is safest here).
    static func parse(_ text: [UInt8]) throws(STSRecordError) -> STSRecord {
        guard text.starts(with: version) else { throw STSRecordError(description: "it does not begin with v=STSv1") }
        guard text.allSatisfy({ $0 < 0x80 }) else { throw STSRecordError(description: "it is not US-ASCII") }
        var id: String?
        var rest = text[version.count...]
        while !rest.isEmpty {
            rest = rest.droppingLeadingWSP
            guard rest.first == UInt8(ascii: ";") else { throw malformed("no ; before", rest) }
            rest = rest.dropFirst().droppingLeadingWSP
            if rest.isEmpty { break }  // the optional last delimiter
            let end = rest.firstIndex { $0 == UInt8(ascii: ";") || $0.isWSP } ?? rest.endIndex
            let field = rest[..<end]
            rest = rest[end...]
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { throw malformed("not name=value:", field) }
            let (name, value) = (field[..<equals], field[(equals + 1)...])
            guard isExtensionName(name) else { throw malformed("bad field name in", field) }
            if id == nil, name.elementsEqual("id".utf8) {
                guard (1...32).contains(value.count), value.allSatisfy(\.isAlphanumeric) else {
                    throw malformed("an id is 1 to 32 letters and digits, not", value)
                }
                id = String(decoding: value, as: UTF8.self)
            } else if value.isEmpty || !value.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "=") }) {
                throw malformed("bad value in", field)
            }
        }
        guard let id else { throw STSRecordError(description: "there is no id") }
        return STSRecord(id: id)
    }

    private static func malformed(_ what: String, _ bytes: ArraySlice<UInt8>) -> STSRecordError {
        STSRecordError(description: "\(what) \"\(printable(bytes, limit: 60, escapingBackslash: true))\"")
    }
}
