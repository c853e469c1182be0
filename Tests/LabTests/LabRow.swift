/// One line of `Lab/lab run --json`: a scenario, what must come of it, and what has.
struct LabRow: Decodable, Sendable {
    /// A value of the row, of whatever JSON type it is.
    enum Value: Hashable, Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        case string(String)
    }

    let name: String
    let domain: String
    let title: String
    /// The section that says what must come of it.
    let rfc: String
    /// Only what is demanded; `reply` is how the reply begins.
    let expected: [String: Value]
    let observed: [String: Value]

    /// What is not as expected; empty when all is well.
    var differences: [String] {
        expected.sorted { $0.key < $1.key }.compactMap { key, wanted in
            let found = observed[key] ?? .null
            if key == "reply", case .string(let start) = wanted, case .string(let reply) = found, reply.hasPrefix(start) { return nil }
            return found == wanted ? nil : "\(key): expected \(wanted), observed \(found)"
        }
    }
}

extension LabRow.Value: Decodable, CustomStringConvertible {
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else {
            self = .string(try value.decode(String.self))
        }
    }

    var description: String {
        switch self {
        case .null: "nothing"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .string(let string): "\"\(string)\""
        }
    }
}

extension LabRow: CustomStringConvertible {
    var description: String {
        let facts = observed.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
        return (["\(domain): \(title) [\(rfc)]; observed:"] + facts).joined(separator: "\n")
    }
}
