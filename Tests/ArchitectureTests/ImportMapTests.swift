import Foundation
import Testing

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Holds the sources to the map in docs/architecture.md: which target may import which.
@Suite struct ImportMapTests {
    @Test func `the map names every target of the package and no other`() throws {
        #expect(try Set(ImportMap.documented().map(\.target)) == Set(ImportMap.declared().keys))
    }

    @Test func `arrows point down`() throws {
        let lines = try ImportMap.documented()
        for (index, line) in lines.enumerated() {
            let below = Set(lines[(index + 1)...].map(\.target))
            let against = line.imports.subtracting(below)
            #expect(against.isEmpty, "\(line.target) may import only what stands below it, and not \(against.sorted())")
        }
    }

    @Test func `each target imports what the map says, and the package declares the same`() throws {
        let declared = try ImportMap.declared()
        for line in try ImportMap.documented() {
            let imported = try ImportMap.imports(of: line.target, among: Set(declared.keys))
            let expected = "\(line.target): \(line.imports.sorted().joined(separator: " "))"
            #expect(imported == line.imports, "docs/architecture.md has \"\(expected)\", the sources import \(imported.sorted())")
            #expect(declared[line.target] == imported, "Package.swift declares \(declared[line.target]?.sorted() ?? []) for \(line.target)")
        }
    }

    @Test func `tests import what their target depends on`() throws {
        let declared = try ImportMap.declarations()
        for target in declared.keys where target.hasSuffix("Tests") || ImportMap.isTestKit(target) {
            let imported = try ImportMap.imports(of: target, under: "Tests", among: Set(declared.keys))
            // What a build that went before has left lets such an import pass; a fresh one fails.
            let missing = imported.subtracting(ImportMap.reachable(from: target, in: declared))
            #expect(missing.isEmpty, "\(target) imports \(missing.sorted()), on which Package.swift does not let it depend")
        }
    }

    @Test func `an import against the map would be seen`() throws {
        let text = "import Basics\n@testable import Relay\npackage import Policy\n// import Journal\nimport struct DNS.Question\n"
        #expect(ImportMap.modules(importedBy: text) == ["Basics", "Relay", "Policy", "DNS"])
    }
}

/// The targets of the package and what they import of each other, read from three places that must agree.
private enum ImportMap {
    /// One line of the map.
    struct Line {
        var target: String
        var imports: Set<String>
    }

    /// The rows between the markers in docs/architecture.md, from the top down: target, purpose, imports.
    static func documented() throws -> [Line] {
        let text = try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
        let block = text.components(separatedBy: "<!-- map -->")
        try #require(block.count == 3, "docs/architecture.md needs the map between two <!-- map --> markers")
        return block[1].split(separator: "\n").compactMap { row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[0].hasPrefix("`") else { return nil }
            let names = cells[2].split(separator: " ").map(String.init)
            return Line(target: cells[0].trimmingCharacters(in: ["`"]), imports: Set(names).subtracting(["-"]))
        }
    }

    /// The targets that are part of the product, with their dependencies on each other.
    static func declared() throws -> [String: Set<String>] {
        let found = try declarations()
        let ours = found.keys.filter { !$0.hasSuffix("Tests") && !isTestKit($0) }
        return Dictionary(uniqueKeysWithValues: ours.map { ($0, found[$0, default: []].intersection(ours)) })
    }

    /// What can be imported where only these dependencies are built.
    static func reachable(from target: String, in declared: [String: Set<String>]) -> Set<String> {
        var found: Set<String> = []
        var next = Array(declared[target, default: []])
        while let dependency = next.popLast() {
            if found.insert(dependency).inserted { next += declared[dependency, default: []] }
        }
        return found
    }

    /// Every target of Package.swift with what it names as its dependencies.
    static func declarations() throws -> [String: Set<String>] {
        let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let declarations = text.replacing("systemLibrary(", with: "Target(").components(separatedBy: "arget(").dropFirst()
        var found: [String: Set<String>] = [:]
        for declaration in declarations {
            guard let name = declaration.firstMatch(of: /^\s*name: "(\w+)"/)?.1 else { continue }
            let list = declaration.firstMatch(of: /dependencies: \[((?:[^\[\]]|\[[^\]]*\])*)\]/)?.1 ?? ""
            let names = list.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"(\w+)"/).map { String($0.1) }
            found[String(name)] = Set(names)
        }
        return found
    }

    static func isTestKit(_ target: String) -> Bool { target.hasSuffix("Testing") || target == "TestSupport" }

    /// What the sources of `target` import of `targets`.
    static func imports(of target: String, under place: String = "Sources", among targets: Set<String>) throws -> Set<String> {
        let folder = root.appending(path: "\(place)/\(target)")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            found.formUnion(modules(importedBy: try String(contentsOf: file, encoding: .utf8)))
        }
        return found.intersection(targets)
    }

    /// The modules that a source file imports.
    static func modules(importedBy text: String) -> Set<String> {
        Set(
            text.matches(of: /(?m)^[ \t]*(?:@\w+ )?(?:(?:public|package|internal|private) )?import (?:\w+ )?(\w+)/).compactMap { match in
                String(match.1)
            })
    }
}

/// What docs/architecture.md names is there.
@Suite struct ArchitecturePageTests {
    @Test func `every room that the page names exists`() throws {
        let page = try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
        let rooms = page.matches(of: /`([A-Z]\w+\/[\w+\/.]+)`/).map { String($0.1) }
        #expect(rooms.count > 20)
        for room in rooms {
            let places = ["Sources/\(room)", "Sources/\(room).swift"].map { root.appending(path: $0).path }
            #expect(places.contains { FileManager.default.fileExists(atPath: $0) }, "docs/architecture.md names \(room)")
        }
    }
}
