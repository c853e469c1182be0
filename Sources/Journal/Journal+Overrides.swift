import Basics
import FoundationEssentials
import GRDB
import Records

// The overrides. Unlike events they are written at once: each method returns when its change is on disk. None is ever changed but by its
// end: who looks back sees each as it was ordered.

extension Journal {
    /// The override of a domain that is in force at `time`.
    public func override(domain: DomainName, at time: Date) async throws(JournalError) -> OverrideRow? {
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
            try db.execute(sql: Tables.overrides.insert, arguments: Tables.overrides.values(override))
        }
    }

    /// Ends the override of a domain that is in force at `time`. Returns whether there was one.
    public func removeOverride(domain: DomainName, by who: String, at time: Date) async throws(JournalError) -> Bool {
        try await write { db in try Self.end(db, domain: domain, by: who, at: time) }
    }

    @discardableResult private static func end(_ db: Database, domain: DomainName, by who: String, at time: Date) throws -> Bool {
        try db.execute(
            sql: "UPDATE overrides SET removed_at = ?1, removed_by = ?2 WHERE domain = ?3 AND removed_at IS NULL AND until > ?1",
            arguments: [time.microsecondsSince1970, who.bounded(RecordColumn.short), domain.text])
        return db.changesCount > 0
    }
}

extension JournalReader {
    /// The overrides in force at `now`, those that end first at the beginning.
    public func overrides(now: Date = Date()) async throws(JournalError) -> [OverrideRow] {
        try await rows { db in try OverrideRow.inForce(db, at: now) }
    }

    /// Every override that is kept, in the order they were made: those in force, those that have ended, those that were removed.
    public func overrideTrail(domain: DomainName? = nil) async throws(JournalError) -> [OverrideRow] {
        try await rows { db in try Tables.overrides.fetch(db, where: "?1 IS NULL OR domain = ?1 ORDER BY sequence", [domain?.text]) }
    }
}

extension OverrideRow {
    fileprivate static func inForce(_ db: Database, at time: Date, domain: DomainName? = nil) throws -> [OverrideRow] {
        try Tables.overrides.fetch(
            db, where: "removed_at IS NULL AND until > ?1 AND (?2 IS NULL OR domain = ?2) ORDER BY until, domain",
            [time.microsecondsSince1970, domain?.text])
    }
}
