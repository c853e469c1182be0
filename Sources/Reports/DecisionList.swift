import Records

/// Decisions as a table or as JSON. The first ones give later ones their columns.
package struct DecisionList {
    private let first: [RecipientRow]
    private let isJSON: Bool
    private let style: Style
    private let table: DecisionTable
    private let layout: Table.Layout
    private let isFollowing: Bool

    /// - Parameters:
    ///   - first: those that are there already.
    ///   - isFollowing: others come later, so that there is a header even when there is no decision yet.
    package init(_ first: [RecipientRow], isJSON: Bool, style: Style, isFollowing: Bool) {
        self.first = first
        self.isJSON = isJSON
        self.style = style
        self.isFollowing = isFollowing
        table = DecisionTable(for: first, style: style, isFollowing: isFollowing)
        layout = Table(columns: table.columns, rows: first.map(table.cells)).layout(style)
    }

    /// The header, where the form has one, and the first decisions.
    package func beginning() throws -> String {
        let header = isJSON || (first.isEmpty && !isFollowing) ? "" : Table.header(layout, style)
        return try header + lines(first)
    }

    /// A line for each.
    package func lines(_ recipients: [RecipientRow]) throws -> String {
        try recipients.map { isJSON ? try jsonLine(DecisionView($0)) : Table.line(table.cells($0), layout, style) }.joined()
    }
}
