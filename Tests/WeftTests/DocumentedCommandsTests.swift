import ArgumentParser
import Foundation
import Testing

@testable import weft

/// Every command line that a page shows is one that the program takes.
@Suite struct DocumentedCommandsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let pages = ["README.md", "docs/man/weft.1", "docs/man/weft.toml.5"] + markdownPages

    private static var markdownPages: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }

    @Test func `the pages show commands`() throws {
        #expect(try Self.pages.flatMap { try Self.examples(on: $0) }.count >= 15)
        #expect(try Self.pages.flatMap { try Self.mentions(on: $0) }.count >= 10)
    }

    @Test(arguments: pages)
    func `the examples of a page are understood`(page: String) throws {
        for words in try Self.examples(on: page) {
            do {
                _ = try Weft.parseAsRoot(words)
            } catch {
                // --help and --version are answers, not failures.
                #expect(ExitStatus(error).code == 0, "\(page): weft \(words.joined(separator: " "))")
            }
        }
    }

    @Test(arguments: pages)
    func `the commands that a page mentions exist`(page: String) throws {
        for words in try Self.mentions(on: page) {
            #expect(Self.isCommand(words[...], of: Weft.self), "\(page): weft \(words.joined(separator: " "))")
        }
    }

    @Test func `a command that does not exist would be seen`() {
        #expect(Self.words("decisions --since 2h   what was held back") == ["decisions", "--since", "2h"])
        #expect(Self.words("rules nftables > /etc/x && nft -f /etc/x") == ["rules", "nftables"])
        #expect(Self.words("override add a.example --reason \"two words\"").last == "two words")
        #expect(!Self.isCommand(["descisions"], of: Weft.self))
        #expect(!Self.isCommand(["override", "append"], of: Weft.self))
        #expect(Self.isCommand(["override", "add", "example.com"], of: Weft.self))
    }

    /// The command lines of code blocks and of the examples in man pages.
    private static func examples(on page: String) throws -> [[String]] {
        var isFenced = false
        return try lines(of: page).compactMap { line in
            let text = line.drop { $0 == " " }
            if text.hasPrefix("```") { isFenced.toggle() }
            guard isFenced || line.hasPrefix("    ") || text.hasPrefix(".Dl ") else { return nil }
            let command = text.trimmingPrefix(".Dl ").drop { "#$ ".contains($0) }
            return command.hasPrefix("weft ") ? words(command.dropFirst(5)) : nil
        }
    }

    /// What stands between backticks and begins with the program's name.
    private static func mentions(on page: String) throws -> [[String]] {
        try lines(of: page).flatMap { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 && $0.element.hasPrefix("weft ") }
                .map { words($0.element.dropFirst(5)) }
        }
    }

    private static func lines(of page: String) throws -> [Substring] {
        try String(contentsOf: root.appending(path: page), encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Whether `words` begin with the names of a command and, where it has some, of one of its subcommands.
    private static func isCommand(_ words: ArraySlice<String>, of type: any ParsableCommand.Type) -> Bool {
        let subcommands = type.configuration.subcommands
        guard let word = words.first, !subcommands.isEmpty, word.first?.isLowercase == true else { return true }
        return subcommands.first { $0._commandName == word }.map { isCommand(words.dropFirst(), of: $0) } ?? false
    }

    /// The words of a command up to a pipe, a redirection, `&&`, a comment, or the column with its explanation.
    private static func words(_ text: Substring) -> [String] {
        let end = [" > ", " | ", " && ", " #", "   ", "; "].compactMap { text.firstRange(of: $0)?.lowerBound }.min() ?? text.endIndex
        var words: [String] = []
        for (index, part) in text[..<end].split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 { words.append(String(part)) } else { words += part.split(separator: " ").map(String.init) }
        }
        return words
    }
}
