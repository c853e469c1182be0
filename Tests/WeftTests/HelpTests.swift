import ArgumentParser
import FoundationEssentials
import Testing

@testable import ConfigurationFile
@testable import weft

/// Every `--help` of the command line: each names settings and keys by the names that they have.
@Suite struct `The help texts` {
    private static let help = `The command line`.commands().map { $0.helpMessage(columns: 1000) }

    @Test func `settings that are named exist`() throws {
        let text =
            "[[route]]\ndestination = \"203.0.113.5\"\nhost = \"a.example\"\n[[client]]\nnetwork = \"192.0.2.0/24\"\n"
            + "[[domain]]\nname = \"a.example\""
        let known = Set(try Configuration.read(text, file: nil).1.knownKeys)
        let named = Self.help.flatMap { $0.matches(of: /\[([a-z]+)\]\s+([a-z-]+)/).map { "\($0.output.1).\($0.output.2)" } }
        #expect(named.contains("timeouts.drain"))
        for name in named { #expect(known.contains(name), "\(name)") }
    }

    @Test func `keys of the examples for jq exist`() throws {
        let directory = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let documented = String(decoding: try Data(contentsOf: URL(filePath: "/\(directory)/docs/json.md")), as: UTF8.self)
        var named: [String] = []
        for line in Self.help.flatMap({ $0.split(separator: "\n") }) {
            guard let filter = line.firstRange(of: "jq ") else { continue }
            // What is quoted is compared with, and no key.
            named += line[filter.upperBound...].replacing(/"[^"]*"/, with: "").matches(of: /\.([a-z_]+)/).map { String($0.output.1) }
        }
        #expect(named.contains("demand"))
        for name in named { #expect(documented.contains("`\(name)`"), "\(name)") }
    }
}
