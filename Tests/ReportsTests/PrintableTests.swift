import Basics
import Testing

@testable import Reports

@Suite struct `Text from outside` {
    /// Each could make a terminal do something, or show text that is not there.
    static let hostile: [(String, String)] = [
        ("\u{1b}[31mred", "\\x1b[31mred"), ("a\u{9b}31m", "a\\x9b31m"), ("bell\u{7}", "bell\\x07"), ("a\rb\n", "a\\x0db\\x0a"),
        ("del\u{7f}", "del\\x7f"), ("nul\u{0}", "nul\\x00"), ("tab\t", "tab\\x09"), ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
        ("a\u{2028}b", "a\\u{2028}b"), ("zero\u{200b}width", "zero\\u{200b}width"), ("\u{e000}", "\\u{e000}"), ("\u{feff}", "\\u{feff}"),
        ("\u{e0041}", "\\u{e0041}"),
    ]

    @Test(arguments: hostile) func `nothing in it reaches the terminal but characters`(_ text: String, _ shown: String) {
        #expect(text.printable == shown)
        #expect(text.printable.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
    }

    @Test(arguments: ["a@example.net", "", "bücher@例え.example", "\\x1b", "naïve ✓"]) func `characters stay as they are`(_ text: String) {
        #expect(text.printable == text)
    }

    @Test(arguments: hostile) func `JSON means the same without them`(_ text: String, _: String) throws {
        let line = try jsonLine(["k": text])
        #expect(line.hasSuffix("}\n"))
        #expect(line.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && !(0x80...0x9f).contains($0.value) })
        #expect(!line.contains("\u{202e}") && !line.contains("\u{e0041}"))
        #expect(try decoded(line) == ["k": text])
    }

    @Test func `every kind of cell is escaped`() {
        #expect(Table.Cell("a\u{1b}b").text == "a\\x1bb")
        #expect(Table.Cell(stringLiteral: "a\u{1b}b").text == "a\\x1bb")
    }
}
