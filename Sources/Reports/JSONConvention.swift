import Basics
import FoundationEssentials

/// One object as one line of JSON by the convention of docs/json.md: keys in snake case and sorted, times as RFC 3339 text. Absent values are
/// null where the type says ``Nullable``.
package func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .custom { date, encoder in
        var container = encoder.singleValueContainer()
        try container.encode(RFC3339.text(date))
    }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self).printableJSON + "\n"
}

/// What ``jsonLine(_:)`` wrote.
package func jsonValue<Value: Decodable>(_ type: Value.Type, of line: some Sequence<UInt8>) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .custom { decoder in
        let container = try decoder.singleValueContainer()
        guard let date = RFC3339.date(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no RFC 3339 time")
        }
        return date
    }
    return try decoder.decode(type, from: Data(line))
}
