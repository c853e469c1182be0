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
