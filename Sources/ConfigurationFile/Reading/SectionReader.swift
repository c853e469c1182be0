/// Reads the keys of one table and collects everything that is wrong with it.
///
/// A key that is asked for is a known key; what is in the file and was never asked for is unknown. So the list of keys exists once: in the
/// code that reads them.
final class SectionReader {
    private let table: [String: TOMLNode]
    private let path: ValuePath
    /// As it is written in messages: `[policy]`, `[[domain]]`.
    private let heading: String
    private let document: DocumentReader
    private(set) var knownKeys: [String] = []

    init(table: [String: TOMLNode], path: ValuePath, heading: String, document: DocumentReader) {
        self.table = table
        self.path = path
        self.heading = heading
        self.document = document
    }

    func contains(_ key: String) -> Bool { table[key] != nil }

    /// Replaces `value` by the key's, if the file has the key and it is good.
    func read<Value: ConfigurationValue>(_ key: String, into value: inout Value, _ constraint: Constraint<Value> = .none) {
        value = good(key, constraint) ?? value
    }

    /// A key whose absence has a meaning of its own.
    func read<Value: ConfigurationValue>(_ key: String, into value: inout Value?, _ constraint: Constraint<Value> = .none) {
        value = good(key, constraint) ?? value
    }

    /// An array; each bad or repeated element is a problem of its own line.
    func read<Value: ConfigurationValue & Hashable>(_ key: String, into values: inout [Value], mayBeEmpty: Bool = true) {
        guard let node = node(key) else { return }
        guard case .array(let nodes) = node else {
            return problem(key, "must be an array, each element \(Value.expectation), not \(node.typeName)")
        }
        if nodes.isEmpty && !mayBeEmpty { problem(key, "must have at least one element: \(Value.expectation)") }
        var read: [Value] = []
        for (index, node) in nodes.enumerated() {
            do {
                let value = try Value.read(node)
                if read.contains(value) {
                    problem(key, index: index, "\"\(value)\" is listed twice")
                }
                read.append(value)
            } catch {
                problem(key, index: index, error.text)
            }
        }
        values = read
    }

    /// A size with a unit.
    func readSize(_ key: String, into octets: inout Int, _ range: ClosedRange<Int>) {
        octets = size(key, range) ?? octets
    }

    /// A size whose absence has a meaning of its own.
    func readSize(_ key: String, into octets: inout Int?, _ range: ClosedRange<Int>) {
        octets = size(key, range) ?? octets
    }

    /// A key that has no default: its absence is a problem of the section.
    func require<Value: ConfigurationValue>(_ key: String, _ constraint: Constraint<Value> = .none) -> Value? {
        guard contains(key) else {
            knownKeys.append(key)
            document.problem(at: path, section: heading, key: nil, "\(key) is missing; it must be \(Value.expectation)")
            return nil
        }
        return good(key, constraint)
    }

    func problem(_ key: String, index: Int? = nil, _ message: String) {
        var place = path.appending(key)
        if let index { place = place.appending(index: index) }
        document.problem(at: place, section: heading, key: key, message)
    }

    /// To be called when every key has been asked for.
    func refuseUnknownKeys() {
        for key in table.keys.sorted() where !knownKeys.contains(key) {
            let known = "; known keys: \(knownKeys.joined(separator: ", "))"
            let hint = suggestion(for: key, among: knownKeys).map { "; did you mean \"\($0)\"?" }
            problem(key, "unknown key\(hint ?? known)")
        }
    }

    /// The key's value; nil when the file does not have it or it is bad, which is noted.
    private func good<Value: ConfigurationValue>(_ key: String, _ constraint: Constraint<Value>) -> Value? {
        guard let node = node(key) else { return nil }
        do {
            let value = try Value.read(node)
            guard let complaint = constraint.complaint(value) else { return value }
            problem(key, complaint)
        } catch {
            problem(key, error.text)
        }
        return nil
    }

    private func size(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        good(key, Constraint<ByteCount> { Constraint<Int>.octets(range).complaint($0.octets) })?.octets
    }

    private func node(_ key: String) -> TOMLNode? {
        knownKeys.append(key)
        return table[key]
    }
}
