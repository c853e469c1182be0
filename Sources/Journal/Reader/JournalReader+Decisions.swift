import Basics
import FoundationEssentials
import GRDB
import Records

extension JournalReader {
    /// The recipients whose decisions pass the filter, in the order they were recorded.
    public func recipients(_ filter: DecisionFilter = DecisionFilter()) async throws(JournalError) -> [RecipientRow] {
        try await rows { db in
            var conditions: [String] = []
            var arguments: [(any DatabaseValueConvertible)?] = []
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments.append(value)
            }
            require("d.domain = ?", filter.domain?.description)
            require("d.client = ?", filter.client?.description)
            require("d.sender = ? COLLATE NOCASE", filter.sender)
            require("d.recipient = ? COLLATE NOCASE", filter.recipient)
            require("d.action = ?", filter.action?.rawValue)
            require("d.policy = ?", filter.policy?.rawValue)
            require("d.at >= ?", filter.since?.microsecondsSince1970)
            require("d.at < ?", filter.until?.microsecondsSince1970)
            if let fate = filter.fate {
                // A recipient that Weft did not let pass has its fate by that (RecipientRow.fate).
                let action: Action? = fate == .deferred ? .defer : fate == .refused ? .refuse : nil
                conditions.append(action == nil ? "f.fate = ?" : "(f.fate = ? OR d.action = ?)")
                arguments += [fate.rawValue, action?.rawValue].compactMap { $0 }
            }
            if let after = filter.after {
                // By the order of recording: a decision with a smaller id may have been recorded later, by another thread. The id itself
                // serves when that decision is no longer kept.
                if let sequence = try Int.fetchOne(db, sql: "SELECT sequence FROM decisions WHERE id = ?", arguments: [after.description]) {
                    require("d.sequence > ?", sequence)
                } else {
                    require("d.id > ?", after.description)
                }
            }
            let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
            let order = filter.after == nil ? "DESC" : "ASC"
            let recipients = try RecipientRow.fetch(
                db, where: "\(condition) ORDER BY d.sequence \(order) LIMIT ?", StatementArguments(arguments + [max(0, filter.limit)]))
            return filter.after == nil ? recipients.reversed() : recipients
        }
    }

    /// The recipient whose decision has this id, or an id that begins so; nil if none is kept.
    ///
    /// - Throws: when the text is no beginning of an id, or begins several.
    public func recipient(_ text: String) async throws(JournalError) -> RecipientRow? {
        let prefix = try Self.prefix(text)
        return try await rows { db in
            // No character of an id sorts after "~".
            let found = try RecipientRow.fetch(db, where: "d.id >= ?1 AND d.id < ?1 || '~' LIMIT 4", [prefix])
            guard found.count <= 1 else { throw JournalError.ambiguous(prefix, found.map(\.decision.id.description)) }
            return found.first
        }
    }

    /// The evidence with this digest; nil if it is not kept.
    public func evidence(_ digest: [UInt8]) async throws(JournalError) -> EvidenceRecord? {
        try await rows { db in try Tables.evidence.fetch(db, where: "digest = ?", [Data(digest)]).first }
    }

    /// The certificate with this lower-case hex SHA-256; nil if it is not kept.
    public func certificate(sha256: String) async throws(JournalError) -> CertificateRecord? {
        try await rows { db in try Tables.certificates.fetch(db, where: "sha256 = ?", [sha256]).first }
    }
}

extension RecipientRow {
    /// The recipients that pass a condition on the decision `d` and the fate `f`.
    static func fetch(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [RecipientRow] {
        let sql = """
            SELECT \(Tables.decisions.selection(of: "d")), \(Tables.fates.selection(of: "f")), t.server_reply
            FROM decisions AS d \(joins) WHERE \(condition)
            """
        let fate = Tables.decisions.columns.count
        let reply = fate + Tables.fates.columns.count
        return try GRDB.Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            RecipientRow(
                decision: try Tables.decisions.read(row),
                passed: (row[fate] as DatabaseValue).isNull ? nil : try Tables.fates.read(row, at: fate), messageReply: row[reply])
        }
    }
}
