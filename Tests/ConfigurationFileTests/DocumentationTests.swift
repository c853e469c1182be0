import Testing

@testable import ConfigurationFile

enum DocumentationTexts {
    static func text(_ name: String) throws -> String {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return String(decoding: try readFile("/\(directory)/docs/\(name)", limit: 1 << 20), as: UTF8.self)
    }

    static func example() throws -> String { try text("weft.toml") }
}

@Suite struct `The documentation` {
    /// Every key that the code asks a file for.
    static func knownKeys() throws -> Set<String> {
        let text =
            "[[route]]\ndestination = \"203.0.113.5\"\nhost = \"a.example\"\n[[client]]\nnetwork = \"192.0.2.0/24\"\n"
            + "[[domain]]\nname = \"a.example\""
        return Set(try Configuration.read(text, file: nil).1.knownKeys)
    }

    @Test func `the example is the defaults`() throws {
        let example = try DocumentationTexts.example()
        var read = try Configuration.parse(example, file: "docs/weft.toml")
        read.origin = Configuration().origin
        #expect(read == Configuration())
    }

    @Test func `the example has every key, and the commented ones parse`() throws {
        let example = try DocumentationTexts.example().split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line }.joined(separator: "\n")
        let read = try Configuration.parse(example, file: "docs/weft.toml")
        #expect(read.relay.routes.count == 1)
        #expect(read.policy.domains.values.first?.require == .dane)
        #expect(KeyLocator.keys(of: example) == (try Self.knownKeys()))
    }

    @Test func `the manual page has every key`() throws {
        var section = ""
        var keys: Set<String> = []
        for line in try DocumentationTexts.text("man/weft.toml.5").split(separator: "\n") {
            if line.hasPrefix(".Ss ") { section = line.dropFirst(4).trimming("[]") }
            if line.hasPrefix(".It Ic ") { keys.insert("\(section).\(line.dropFirst(7))") }
        }
        #expect(keys == (try Self.knownKeys()))
    }

    @Test func `the tables say of each key whether a reload takes it over`() throws {
        var section = ""
        var restart: Set<String> = []
        for line in try DocumentationTexts.text("configuration.md").split(separator: "\n") {
            if line.hasPrefix("## [") { section = line.dropFirst(3).trimming("[]") }
            guard line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|").map { $0.trimming(" `") }
            #expect(["yes", "restart"].contains(cells[2]), "\(section) \(cells[0])")
            if cells[2] == "restart" { restart.insert("\(section).\(cells[0])") }
        }
        #expect(restart == Set(FixedSetting.all.map { "\($0.section).\($0.key)" }))
    }

    @Test func `the manual page says which keys take a restart`() throws {
        var section = ""
        var key = ""
        var restart: Set<String> = []
        for line in try DocumentationTexts.text("man/weft.toml.5").split(separator: "\n") {
            if line.hasPrefix(".Ss ") { section = line.dropFirst(4).trimming("[]") }
            if line.hasPrefix(".It Ic ") { key = String(line.dropFirst(7)) }
            if line == "Takes effect after a restart." { restart.insert("\(section).\(key)") }
        }
        #expect(restart == Set(FixedSetting.all.map { "\($0.section).\($0.key)" }))
    }

    @Test func `the tables have every key and its default`() throws {
        var section = ""
        var toml = ""
        var keys: Set<String> = []
        for line in try DocumentationTexts.text("configuration.md").split(separator: "\n") {
            if line.hasPrefix("## [") {
                section = String(line.dropFirst(3))
                if !section.hasPrefix("[[") { toml += section + "\n" }
            } else if line.hasPrefix("| `") {
                let cells = line.split(separator: "|").map { $0.trimming(" `") }
                keys.insert(section.trimming("[]") + "." + cells[0])
                if !section.hasPrefix("[[") { toml += "\(cells[0]) = \(cells[1])\n" }
            }
        }
        #expect(keys == (try Self.knownKeys()))
        var read = try Configuration.parse(toml)
        read.origin = Configuration().origin
        #expect(read == Configuration())
    }
}

extension KeyLocator {
    /// The keys that a file has, as `section.key`.
    static func keys(of text: String) -> Set<String> {
        let names = KeyLocator(text).lines.keys.map { path in
            path.components.compactMap { if case .key(let key) = $0 { key } else { nil } }.joined(separator: ".")
        }
        return Set(names.filter { $0.contains(".") })
    }
}

extension StringProtocol {
    func trimming(_ characters: String) -> String {
        String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
    }
}
