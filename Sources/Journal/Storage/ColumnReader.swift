import Basics
import GRDB
import Records

/// Sets the values of a record from the columns of a row.
struct ColumnReader: ColumnVisitor {
    private let row: GRDB.Row
    private let table: String
    private var index: Int
    /// The first column that holds no value of its type.
    private(set) var damage: DamagedRow?

    init(_ row: GRDB.Row, at index: Int, table: String) {
        self.row = row
        self.table = table
        self.index = index
    }

    mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value) {
        defer { index += 1 }
        let stored = StoredValue(row[index] as DatabaseValue)
        if let read = Value(stored: stored) {
            value = read
        } else if damage == nil {
            damage = DamagedRow(
                description: "\(table).\(column.name) holds what Weft does not write (\(printable("\(stored)", limit: 100))) "
                    + "in the row of \(printable("\(row.first?.1 ?? .null)", limit: 100))")
        }
    }

    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?) {
        if (row[index] as DatabaseValue).isNull {
            group = nil
            index += ColumnDescription.all(of: Group.self).count
        } else {
            var present = Group.blank
            present.describe(to: &self)
            group = present
        }
    }
}
