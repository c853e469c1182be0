import GRDB
import Records

/// A statement that fills some columns of a row that is there.
struct Update<Values: ColumnGroup>: Sendable {
    let sql: String
    private let count: Int

    init(of table: String, key: String) {
        let columns = ColumnDescription.all(of: Values.self)
        sql = "UPDATE \(table) SET \(columns.map { "\($0.column.name) = ?" }.joined(separator: ", ")) WHERE \(key) = ?"
        count = columns.count
    }

    /// The values for the row with this key.
    func values(_ record: Values, key: DatabaseValue) -> StatementArguments {
        var binder = ColumnBinder(capacity: count + 1)
        var record = record
        record.describe(to: &binder)
        return StatementArguments(binder.values + [key])
    }
}
