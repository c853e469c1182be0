import Records
import Reports

/// Prints decisions as a table or as JSON. The first ones are printed at once, and give later ones their columns.
struct DecisionPrinter {
    private let isJSON: Bool
    private let style: Style
    private let table: DecisionTable
    private let layout: Table.Layout

    init(_ first: [RecipientRow], isJSON: Bool, style: Style, isFollowing: Bool) throws {
        self.isJSON = isJSON
        self.style = style
        table = DecisionTable(for: first, style: style, isFollowing: isFollowing)
        layout = Table(columns: table.columns, rows: first.map(table.cells)).layout(style)
        if !isJSON && (isFollowing || !first.isEmpty) { writeOutput(Table.header(layout, style)) }
        try print(first)
    }

    func print(_ recipients: [RecipientRow]) throws {
        for recipient in recipients {
            writeOutput(isJSON ? try jsonLine(DecisionView(recipient)) : Table.line(table.cells(recipient), layout, style))
        }
    }
}
