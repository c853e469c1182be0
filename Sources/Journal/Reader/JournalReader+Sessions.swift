import Basics
import FoundationEssentials
import GRDB
import Records

extension JournalReader {
    /// The shortest beginning of an id that is looked up. Ids of about the same time begin alike: expect to need ten or more characters.
    public static let shortestPrefix = 6

    /// The session with this id, or with an id that begins so; or the session of the decision with this id. nil if none is kept.
    ///
    /// - Throws: when the text is no beginning of an id, or begins several.
    public func session(_ text: String) async throws(JournalError) -> SessionReport? {
        let prefix = try Self.prefix(text)
        return try await rows { db in
            guard let id = try Self.connection(db, prefix: prefix) else { return nil }
            return SessionReport(
                id: id, connection: try ConnectionRecord.rows(db, where: "id = ?", [id.description]).first,
                transcript: try Self.transcript(db, id), transactions: try Self.transactions(db, id),
                decisions: try DecisionRecord.rows(db, where: "connection = ? ORDER BY sequence", [id.description]))
        }
    }

    /// The connections opened within a time, the latest `limit`, in the order they were opened.
    public func connections(
        since: Date? = nil, until: Date? = nil, client: String? = nil, limit: Int = 100
    ) async throws(JournalError) -> [ConnectionRecord] {
        try await rows { db in
            try ConnectionRecord.rows(
                db, where: "opened_at >= ? AND opened_at < ? AND (?3 IS NULL OR client = ?3) ORDER BY opened_at DESC LIMIT ?4",
                [since?.microsecondsSince1970 ?? .min, until?.microsecondsSince1970 ?? .max, client, max(0, limit)]
            ).reversed()
        }
    }

    /// The beginning of an id, in the letters that are stored.
    static func prefix(_ text: String) throws(JournalError) -> String {
        guard text.utf8.count >= shortestPrefix, let prefix = RecordID.canonicalPrefix(text) else {
            throw JournalError(
                .invalidID,
                "\"\(text)\" is no id: give the \(RecordID.textLength) letters and digits of one, or at least its first \(shortestPrefix)."
            )
        }
        return prefix
    }

    private static func connection(_ db: Database, prefix: String) throws -> RecordID? {
        // No character of an id sorts after "~".
        for query in [
            "SELECT id FROM connections WHERE id >= ?1 AND id < ?1 || '~' LIMIT 4",
            "SELECT DISTINCT connection FROM decisions WHERE id >= ?1 AND id < ?1 || '~' LIMIT 4",
        ] {
            let found = try String.fetchAll(db, sql: query, arguments: [prefix])
            guard found.count <= 1 else { throw JournalError.ambiguous(prefix, found) }
            if let first = found.first { return RecordID(first) }
        }
        return nil
    }

    private static func transcript(_ db: Database, _ id: RecordID) throws -> [TranscriptLine] {
        try Row.fetchAll(
            db, sql: "SELECT offset_us, direction, data FROM communications WHERE connection = ? ORDER BY sequence, line",
            arguments: [id.description]
        ).map { row in
            var columns = Columns(row)
            return TranscriptLine(
                offset: columns.next() ?? 0, direction: columns.next(String.self).flatMap { Direction(rawValue: $0) } ?? .note,
                text: columns.text())
        }
    }

    private static func transactions(_ db: Database, _ id: RecordID) throws -> [TransactionRecord] {
        let sql = """
            SELECT connection, number, started_at, ended_at, sender, recipients_accepted, recipients_refused, bytes, outcome, reply, content
            FROM transactions WHERE connection = ? ORDER BY number
            """
        return try Row.fetchAll(db, sql: sql, arguments: [id.description]).map { row in
            var columns = Columns(row)
            return TransactionRecord(
                connection: columns.id(), number: columns.number(), startedAt: columns.time(), endedAt: columns.time(),
                sender: columns.text(), recipientsAccepted: columns.number(), recipientsRefused: columns.number(),
                bytes: columns.number(), outcome: columns.next(String.self).flatMap { .init(rawValue: $0) } ?? .aborted,
                reply: columns.next(), content: columns.octets())
        }
    }
}

extension ConnectionRecord {
    fileprivate static func rows(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [ConnectionRecord] {
        let sql = """
            SELECT id, opened_at, client, client_port, destination, destination_port, source, closed_at, reason, helo, bytes_from_client,
                bytes_from_upstream, messages
            FROM connections WHERE \(condition)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            var columns = Columns(row)
            let opened = ConnectionOpened(
                id: columns.id(), at: columns.time(), client: columns.text(), clientPort: columns.number(), destination: columns.text(),
                destinationPort: columns.number(), source: columns.next())
            let closedAt = columns.optionalTime()
            return ConnectionRecord(
                opened: opened,
                closed: closedAt.map { at in
                    ConnectionClosed(
                        id: opened.id, at: at, reason: columns.text(), helo: columns.next(), bytesFromClient: columns.number(),
                        bytesFromUpstream: columns.number(), messages: columns.number())
                })
        }
    }
}
