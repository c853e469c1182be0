import Testing

@testable import Reports

@Suite struct `Tables` {
    static let table = Table(
        columns: [
            .init("NAME", minimum: 6), .init("N", isRightAligned: true), .init("NOTE", minimum: 4, dropRank: 1),
            .init("EXTRA", dropRank: 2),
        ],
        rows: [["alpha-beta-gamma", "1", "short", "x"], ["b", "1000", "rather a long note", "y"]])

    @Test func `anywhere but on a terminal they are whole`() {
        #expect(
            Self.table.render(.plain) == """
                NAME                 N  NOTE                EXTRA
                alpha-beta-gamma     1  short               x
                b                 1000  rather a long note  y

                """)
    }

    @Test func `columns shrink before one is left out`() {
        #expect(
            Self.table.render(Style(isColoured: false, width: 40)) == """
                NAME              N  NOTE          EXTRA
                alpha-beta-g…     1  short         x
                b              1000  rather a lo…  y

                """)
    }

    @Test func `the least important column goes first`() {
        #expect(
            Self.table.render(Style(isColoured: false, width: 20)) == """
                NAME        N  NOTE
                alpha-…     1  short
                b        1000  rath…

                """)
        #expect(
            Self.table.render(Style(isColoured: false, width: 14)) == """
                NAME         N
                alpha-b…     1
                b         1000

                """)
    }

    @Test(arguments: 1...90) func `every line fits, or every column is as narrow as it may be`(_ width: Int) {
        let lines = Self.table.render(Style(isColoured: false, width: width)).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= max(width, 12) })
    }

    @Test func `colour goes round the text, not the padding`() {
        let table = Table(columns: [.init("A"), .init("B")], rows: [[.init("x", .red), "y"], ["long", "z"]])
        #expect(table.render(Style(isColoured: true, width: 80)) == "\u{1b}[1mA     B\u{1b}[0m\n\u{1b}[31mx\u{1b}[0m     y\nlong  z\n")
    }

    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]), ("one two three", 20, ["one two three"]), ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a bcdefghijkl", 6, ["a bcde", "fghijk", "l"]), ("", 5, [""]), ("ab cd", 2, ["ab", "cd"]),
    ])
    func `long lines break at spaces where they can`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrapped(text, width: width) == lines)
    }

    @Test func `without a width nothing breaks`() {
        #expect(wrapped("one two three", width: nil) == ["one two three"])
    }
}
