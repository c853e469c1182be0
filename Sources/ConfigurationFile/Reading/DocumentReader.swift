/// Reads the sections of one configuration file and collects the problems of all of them.
final class DocumentReader {
    let origin: Configuration.Origin
    private let table: [String: TOMLNode]
    private(set) var problems: [ConfigurationError.Problem] = []
    /// Every key that was asked for, as `section.key`.
    private(set) var knownKeys: [String] = []
    private var knownSections: [String] = []

    init(table: [String: TOMLNode], origin: Configuration.Origin) {
        self.table = table
        self.origin = origin
    }

    /// Reads `[name]`; a section that the file does not have reads as an empty one.
    func section(_ name: String, _ read: (SectionReader) -> Void) {
        knownSections.append(name)
        let path = ValuePath([.key(name)])
        switch table[name] {
        case nil: readTable([:], at: path, name: name, heading: "[\(name)]", read)
        case .table(let keys): readTable(keys, at: path, name: name, heading: "[\(name)]", read)
        case .some: problem(at: path, section: nil, key: name, "must be a section: write [\(name)] on a line of its own")
        }
    }

    /// Reads each `[[name]]` in the order of the file.
    func sections(_ name: String, _ read: (SectionReader) -> Void) {
        knownSections.append(name)
        let path = ValuePath([.key(name)])
        let complaint = "must be a list of sections: write [[\(name)]] above each"
        switch table[name] {
        case nil: break
        case .array(let nodes):
            for (index, node) in nodes.enumerated() {
                if case .table(let keys) = node {
                    readTable(keys, at: path.appending(index: index), name: name, heading: "[[\(name)]]", read)
                } else {
                    problem(at: path.appending(index: index), section: nil, key: name, complaint)
                }
            }
        case .some: problem(at: path, section: nil, key: name, complaint)
        }
    }

    /// To be called when every section has been asked for.
    func refuseUnknownSections() {
        for name in table.keys.sorted() where !knownSections.contains(name) {
            let hint = suggestion(for: name, among: knownSections).map { "; did you mean \"\($0)\"?" }
            let isSection: Bool
            switch table[name] {
            case .table, .array: isSection = true
            default: isSection = false
            }
            let fallback = "; known sections: \(knownSections.joined(separator: ", "))"
            if isSection {
                problem(at: ValuePath([.key(name)]), section: "[\(name)]", key: nil, "unknown section\(hint ?? fallback)")
            } else {
                problem(at: ValuePath([.key(name)]), section: nil, key: name, "unknown key outside of a section\(hint ?? "")")
            }
        }
    }

    func problem(at path: ValuePath, section: String?, key: String?, _ message: String) {
        problems.append(.init(file: origin.file, line: origin.line(of: path), section: section, key: key, message: message))
    }

    private func readTable(
        _ keys: [String: TOMLNode], at path: ValuePath, name: String, heading: String, _ read: (SectionReader) -> Void
    ) {
        let section = SectionReader(table: keys, path: path, heading: heading, document: self)
        read(section)
        section.refuseUnknownKeys()
        knownKeys += section.knownKeys.map { "\(name).\($0)" }
    }
}
