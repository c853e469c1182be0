import TOMLKit

/// A parsed TOML value, copied out of TOMLKit so that nothing of its memory is kept.
enum TOMLNode {
    case string(String)
    case integer(Int)
    case double(Double)
    case boolean(Bool)
    /// A date, a time or both: no key of ours has this type.
    case time
    case array([TOMLNode])
    case table([String: TOMLNode])

    /// The type in the words of the error messages.
    var typeName: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .double: "a floating-point number"
        case .boolean: "a boolean"
        case .time: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }

    /// The document's top-level table.
    ///
    /// - Throws: `TOMLSyntaxError` with the line at which parsing stopped.
    static func parse(_ text: String) throws(TOMLSyntaxError) -> [String: TOMLNode] {
        do {
            let table = try TOMLTable(string: text)
            return withExtendedLifetime(table) { Self.copy(table) }
        } catch let error as TOMLParseError {
            throw TOMLSyntaxError(line: error.source.begin.line, message: error.description)
        } catch {
            throw TOMLSyntaxError(line: nil, message: String(describing: error))
        }
    }

    private static func copy(_ table: TOMLTable) -> [String: TOMLNode] {
        var result: [String: TOMLNode] = [:]
        for key in table.keys {
            if let value = table[key] {
                result[key] = TOMLNode(value)
            }
        }
        return result
    }

    private init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .string: self = .string(value.string ?? "")
        case .int: self = .integer(value.int ?? 0)
        case .double: self = .double(value.double ?? 0)
        case .bool: self = .boolean(value.bool ?? false)
        case .date, .time, .dateTime: self = .time
        case .array: self = .array((value.array.map { array in (0..<array.count).map { TOMLNode(array[$0]) } }) ?? [])
        case .table: self = .table(value.table.map(Self.copy) ?? [:])
        }
    }
}

/// The text is not TOML.
struct TOMLSyntaxError: Error {
    let line: Int?
    let message: String
}
