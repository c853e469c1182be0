import Records

/// A column with what the schema needs to know of its type.
struct ColumnDescription: Sendable {
    var column: RecordColumn
    var kind: ColumnKind

    /// The type that SQLite is told in a STRICT table.
    var type: String {
        switch kind {
        case .integer, .time: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .blob: "BLOB"
        }
    }

    /// The columns of a type of rows, in order.
    static func all<Record: ColumnGroup>(of type: Record.Type) -> [ColumnDescription] {
        var collector = Collector()
        var blank = Record.blank
        blank.describe(to: &collector)
        return collector.columns
    }

    private struct Collector: ColumnVisitor {
        var columns: [ColumnDescription] = []

        mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value) {
            columns.append(ColumnDescription(column: column, kind: Value.kind))
        }

        mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?) {
            var blank = Group.blank
            blank.describe(to: &self)
        }
    }
}
