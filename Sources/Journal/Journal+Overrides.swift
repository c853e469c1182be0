import FoundationEssentials
import GRDB
import Records

// The overrides. Unlike events they are written at once: each method returns when its change is on disk. None is ever changed but by its
// end: who looks back sees each as it was ordered.

extension Journal {
    /// The override of a domain that is in force at `time`.
    public func override(domain: String, at time: Date) async throws(JournalError) -> OverrideRow? {
        try await read { db in try OverrideRow.inForce(db, at: time, domain: domain).first }
    }

    /// The overrides in force at `time`, those that end first at the beginning.
    public func overrides(at time: Date) async throws(JournalError) -> [OverrideRow] {
        try await read { db in try OverrideRow.inForce(db, at: time) }
    }

    /// Adds an override. One of the same domain that is in force ends with it, removed by the same person.
    public func addOverride(_ override: OverrideRow) async throws(JournalError) {
        try await write { db in
            try Self.end(db, domain: override.domain, by: override.who, at: override.created)
            try db.execute(
                sql: "INSERT INTO overrides (domain, until, reason, who, created) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    override.domain, override.until.microsecondsSince1970, override.reason.bounded(1024), override.who.bounded(1024),
                    override.created.microsecondsSince1970,
                ])
        }
    }

    /// Ends the override of a domain that is in force at `time`. Returns whether there was one.
    public func removeOverride(domain: String, by who: String, at time: Date) async throws(JournalError) -> Bool {
        try await write { db in try Self.end(db, domain: domain, by: who, at: time) }
    }

    @discardableResult private static func end(_ db: Database, domain: String, by who: String, at time: Date) throws -> Bool {
        try db.execute(
            sql: "UPDATE overrides SET removed_at = ?1, removed_by = ?2 WHERE domain = ?3 AND removed_at IS NULL AND until > ?1",
            arguments: [time.microsecondsSince1970, who.bounded(1024), domain])
        return db.changesCount > 0
    }
}

extension JournalReader {
    /// The overrides in force at `now`, those that end first at the beginning.
    public func overrides(now: Date = Date()) async throws(JournalError) -> [OverrideRow] {
        try await rows { db in try OverrideRow.inForce(db, at: now) }
    }

    /// Every override that is kept, in the order they were made: those in force, those that have ended, those that were removed.
    public func overrideTrail(domain: String? = nil) async throws(JournalError) -> [OverrideRow] {
        try await rows { db in try OverrideRow.rows(db, where: "?1 IS NULL OR domain = ?1 ORDER BY sequence", [domain]) }
    }
}

extension OverrideRow {
    fileprivate static func inForce(_ db: Database, at time: Date, domain: String? = nil) throws -> [OverrideRow] {
        try rows(
            db, where: "removed_at IS NULL AND until > ?1 AND (?2 IS NULL OR domain = ?2) ORDER BY until, domain",
            [time.microsecondsSince1970, domain])
    }

    fileprivate static func rows(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [OverrideRow] {
        let sql = "SELECT domain, until, reason, who, created, removed_at, removed_by FROM overrides WHERE \(condition)"
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            var columns = Columns(row)
            return OverrideRow(
                domain: columns.text(), until: columns.time(), reason: columns.text(), who: columns.text(), created: columns.time(),
                removed: columns.optionalTime(), removedBy: columns.next())
        }
    }
}
