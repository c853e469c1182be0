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
                id: id, connection: try Tables.connections.fetch(db, where: "id = ?", [id.description]).first,
                transcript: try Self.transcript(db, id),
                transactions: try Tables.transactions.fetch(db, where: "connection = ? ORDER BY number", [id.description]),
                recipients: try RecipientRow.fetch(db, where: "d.connection = ? ORDER BY d.sequence", [id.description]))
        }
    }

    /// The connections opened within a time, the latest `limit`, in the order they were opened.
    public func connections(
        since: Date? = nil, until: Date? = nil, client: IPAddress? = nil, limit: Int = 100
    ) async throws(JournalError) -> [ConnectionRecord] {
        try await rows { db in
            try Tables.connections.fetch(
                db, where: "opened_at >= ? AND opened_at < ? AND (?3 IS NULL OR client = ?3) ORDER BY opened_at DESC LIMIT ?4",
                [since?.microsecondsSince1970 ?? .min, until?.microsecondsSince1970 ?? .max, client?.description, max(0, limit)]
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
        try GRDB.Row.fetchAll(
            db, sql: "SELECT offset_us, direction, data FROM communications WHERE connection = ? ORDER BY sequence, line",
            arguments: [id.description]
        ).map { row in
            var columns = Columns(row)
            return TranscriptLine(
                offset: columns.next() ?? 0, direction: columns.next(String.self).flatMap { Direction(rawValue: $0) } ?? .note,
                text: columns.text())
        }
    }
}
