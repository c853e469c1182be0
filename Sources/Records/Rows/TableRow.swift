/// Something that is written down as one row of a table. Its columns are described in ``describe(to:)`` and nowhere else: from that
/// one description the stores make their statements, bind and read values, and add columns to older files; the reports make JSON.
///
/// A new column is a stored property, its line in `describe(to:)` with the schema version that it came with (`since`), and its value in the initialiser.
public protocol TableRow: ColumnGroup {
    /// The table's name.
    static var table: String { get }
}

/// Some columns that belong together, of a ``TableRow`` or of another group.
public protocol ColumnGroup: Sendable {
    /// A value to read into. It is never shown: reading fills each column, or fails.
    static var blank: Self { get }

    /// Shows each column, in order, to whoever reads or writes it. What is shown does not depend on the values.
    mutating func describe(to columns: inout some ColumnVisitor)
}

/// Reads or writes the columns of a row as they are shown to it.
public protocol ColumnVisitor {
    /// A column and its value, which a writer reads and a reader sets.
    mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value)

    /// Columns that are one object `key` in JSON.
    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group)

    /// The same, of an object that may be absent: then all its columns are null, the first of which never is otherwise.
    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?)
}

extension ColumnVisitor {
    /// A column and its value.
    ///
    /// - Parameters:
    ///   - name: the column's name.
    ///   - key: its key in JSON when that is not the name.
    ///   - limit: octets that are kept of a text.
    ///   - since: the version of the schema that it came with.
    @inlinable
    public mutating func column<Value: ColumnValue>(
        _ name: String, key: String? = nil, limit: Int = RecordColumn.short, since: Int = 1, _ value: inout Value
    ) {
        visit(RecordColumn(name: name, key: key ?? name, limit: limit, since: since), &value)
    }

    /// A column that is for the store alone, and not in JSON.
    @inlinable
    public mutating func hidden<Value: ColumnValue>(_ name: String, since: Int = 1, _ value: inout Value) {
        visit(RecordColumn(name: name, key: nil, limit: RecordColumn.short, since: since), &value)
    }

    /// Visits the columns of a group in its place, for visitors that make nothing of where it begins.
    @inlinable
    public mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group) { group.describe(to: &self) }
}
