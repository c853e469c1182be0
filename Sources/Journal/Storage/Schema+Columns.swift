import GRDB
import Records

extension Schema {
    /// The first version whose columns come from the records' own descriptions.
    static let firstDescribed = 4

    /// The newest version.
    static var newest: Int { max(sharesVersion, described.flatMap(\.columns).map(\.column.since).max() ?? firstDescribed) }

    /// The tables that grow by their descriptions.
    static let described: [(table: String, columns: [ColumnDescription])] = [
        (ConnectionRecord.table, Tables.connections.columns), (TransactionRecord.table, Tables.transactions.columns),
        (DecisionRecord.table, Tables.decisions.columns), (FateRecord.table, Tables.fates.columns),
        (PolicyRow.table, Tables.policies.columns), (PolicyHistoryRow.table, Tables.policyHistory.columns),
        (OverrideRow.table, Tables.overrides.columns),
    ]

    /// Adds the columns that came with `version`, and shows them.
    static func describe(_ db: Database, version: Int) throws {
        for (table, columns) in described where columns.contains(where: { $0.column.since < version }) {
            for column in columns where column.column.since == version {
                try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column.column.name) \(column.type)")
            }
        }
        try db.execute(sql: "DROP VIEW IF EXISTS decisions_view; \(decisionsView(version: version))")
    }

    /// Each decision with what became of it, for people: times readable, digests in hexadecimal.
    private static func decisionsView(version: Int) -> String {
        let shown = Tables.decisions.columns.filter { $0.column.since <= version }.map { column in
            let name = column.column.name
            return switch column.kind {
            case .time: "strftime('%Y-%m-%dT%H:%M:%fZ', d.\(name) / 1e6, 'unixepoch') AS \(viewName(ofTime: name))"
            case .blob: "lower(hex(d.\(name))) AS \(name)"
            case .integer, .real, .text: "d.\(name) AS \(name)"
            }
        }
        return """
            CREATE VIEW decisions_view AS
                SELECT \(shown.joined(separator: ", ")),
                    CASE d.action WHEN 'defer' THEN 'deferred' WHEN 'refuse' THEN 'refused' ELSE f.fate END AS fate,
                    f.rcpt_reply AS rcpt_reply, t.server_reply AS message_reply
                FROM decisions AS d \(RecipientRow.joins)
            """
    }

    private static func viewName(ofTime name: String) -> String {
        name == "at" ? "time" : name.hasSuffix("_at") ? String(name.dropLast(3)) : name
    }
}

extension RecipientRow {
    /// What joins the fate and the transaction to the decision `d`.
    static let joins = """
        LEFT JOIN fates AS f ON f.decision = d.id
        LEFT JOIN transactions AS t ON t.connection = d.connection AND t.number = d.transaction_number
        """
}
