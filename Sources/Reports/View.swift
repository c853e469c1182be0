// Reports: what the command line, the API and the console show is made once, here: from records and evidence to a view, from a view to
// text for people and to JSON for programs (docs/json.md).

/// Something that is shown. It is made from what is known by an initialiser, and has one text and one JSON form.
package protocol View: Sendable {
    /// What a person reads, each line ended; nothing in it but the style's colours acts on a terminal.
    func text(_ style: Style) -> String

    /// What a program reads: one object a line.
    func json() throws -> String
}

extension View where Self: Encodable {
    package func json() throws -> String { try jsonLine(self) }
}
