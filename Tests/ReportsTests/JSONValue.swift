/// Any JSON, as far as the convention speaks of it; FoundationEssentials has no JSONSerialization.
enum JSONValue: Decodable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    /// A number, a boolean or null.
    case other

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let object = try? value.decode([String: JSONValue].self) {
            self = .object(object)
        } else if let array = try? value.decode([JSONValue].self) {
            self = .array(array)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }

    /// The keys of every object in it, under the path to it: `hosts[].address_status`.
    func keys(at path: String = "") -> [(path: String, keys: Set<String>)] {
        switch self {
        case .object(let object):
            [(path, Set(object.keys))] + object.flatMap { key, value in value.keys(at: path.isEmpty ? key : "\(path).\(key)") }
        case .array(let elements): elements.flatMap { $0.keys(at: path + "[]") }
        case .text, .other: []
        }
    }

    /// Every text in it.
    var texts: [String] {
        switch self {
        case .object(let object): object.values.flatMap(\.texts)
        case .array(let elements): elements.flatMap(\.texts)
        case .text(let text): [text]
        case .other: []
        }
    }
}
