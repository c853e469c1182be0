import GRDB
import Records

/// The statements for the rows of one type, made from its description.
struct Table<Record: TableRow>: Sendable {
    /// The columns, in order.
    let columns: [ColumnDescription]
    /// Writes a row; one with the same key stays as it is.
    let insert: String
    /// Writes a row in place of one with the same key.
    let replace: String

    init() {
        columns = ColumnDescription.all(of: Record.self)
        let values = columns.map { _ in "?" }.joined(separator: ", ")
        let into = "INTO \(Record.table) (\(columns.map(\.column.name).joined(separator: ", "))) VALUES (\(values))"
        insert = "INSERT OR IGNORE " + into
        replace = "INSERT OR REPLACE " + into
    }

    /// The columns for a SELECT, of the table or of a name for it.
    func selection(of alias: String = Record.table) -> String {
        columns.map { "\(alias).\($0.column.name)" }.joined(separator: ", ")
    }

    /// The values of a record in the order of the columns.
    func values(_ record: Record) -> StatementArguments {
        var binder = ColumnBinder(capacity: columns.count)
        var record = record
        record.describe(to: &binder)
        return StatementArguments(binder.values)
    }

    /// The records that pass a condition; `condition` may end in ORDER BY and LIMIT.
    ///
    /// - Throws: ``DamagedRow`` when a row holds what is no such record.
    func fetch(_ db: Database, where condition: String, _ arguments: StatementArguments = []) throws -> [Record] {
        let sql = "SELECT \(selection()) FROM \(Record.table) WHERE \(condition)"
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: arguments).map { try read($0) }
    }

    /// The record whose columns are the first of a row, or begin at `index`.
    func read(_ row: GRDB.Row, at index: Int = 0) throws -> Record {
        var reader = ColumnReader(row, at: index, table: Record.table)
        var record = Record.blank
        record.describe(to: &reader)
        if let damage = reader.damage { throw damage }
        return record
    }
}

/// The tables that hold a row for a record.
enum Tables {
    static let connections = Table<ConnectionRecord>()
    static let transactions = Table<TransactionRecord>()
    static let decisions = Table<DecisionRecord>()
    static let fates = Table<FateRecord>()
    static let evidence = Table<EvidenceRecord>()
    static let certificates = Table<CertificateRecord>()
    static let policies = Table<PolicyRow>()
    static let policyHistory = Table<PolicyHistoryRow>()
    static let overrides = Table<OverrideRow>()
}

/// A row that Weft did not write so.
struct DamagedRow: Error, CustomStringConvertible {
    let description: String
}
