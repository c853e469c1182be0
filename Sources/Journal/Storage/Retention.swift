import Basics
import FoundationEssentials
import GRDB

/// Deletes what is too old or too much, a slice at a time, so that nobody waits long for the writer.
struct Retention {
    private enum Stage: CaseIterable {
        case age, bulk, entries, counts, evidence, vacuum
    }

    /// What one slice should take.
    private static let goal = Duration.milliseconds(20)

    private let oldest: Int?
    let maximumSize: Int?
    private let now: Int
    private var stage = Stage.age
    /// Connections a slice deletes; follows ``goal``.
    private(set) var limit = 100

    init(age: Duration?, maximumSize: Int?, now: Date) {
        self.now = now.microsecondsSince1970
        oldest = age.map { [now = self.now] in now - $0.microseconds }
        self.maximumSize = maximumSize
    }

    /// Deletes a little. Returns whether there is more to do.
    mutating func slice(_ store: Store) throws(JournalError) -> Bool {
        let start = ContinuousClock.now
        let didSomething: Bool
        switch stage {
        case .age:
            if let oldest {
                didSomething = try delete(store, upTo: oldest, limit)
            } else {
                didSomething = false
            }
        case .bulk:
            didSomething = try clearBulk(store)
        case .entries:
            didSomething = try deleteEntries(store)
        case .counts:
            try deleteCounts(store)
            didSomething = false
        case .evidence:
            didSomething = try deleteEvidence(store)
        case .vacuum:
            didSomething = try vacuum(store)
        }
        if didSomething {
            let elapsed = ContinuousClock.now - start
            if elapsed > Self.goal { limit = max(10, limit / 2) } else if elapsed < Self.goal / 2 { limit = min(2000, limit * 2) }
            return true
        }
        guard let next = Stage.allCases.drop(while: { $0 != stage }).dropFirst().first else { return false }
        stage = next
        return true
    }

    /// When the newest of the records was made that are not newer than `limit`.
    static func newestRecord(_ store: Store, until limit: Date) throws(JournalError) -> Date? {
        let time = try store.maintain { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT max(time) FROM (
                        SELECT max(opened_at) AS time FROM connections WHERE opened_at <= ?1
                        UNION ALL
                        SELECT max(at) FROM decisions WHERE at <= ?1
                    )
                    """, arguments: [limit.microsecondsSince1970])
        }
        return time.map(Date.init(microsecondsSince1970:))
    }

    /// Deletes up to `limit` of the connections opened, and twice as many of the decisions made, until `cutoff`.
    private func delete(_ store: Store, upTo cutoff: Int, _ limit: Int) throws(JournalError) -> Bool {
        try store.transaction { db in
            var deleted = 0
            let ids = try String.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM connections WHERE opened_at <= ? ORDER BY opened_at LIMIT ?"),
                arguments: [cutoff, limit])
            for id in ids {
                try Self.deleteConnection(db, id)
                deleted += 1
            }
            for sql in [
                "DELETE FROM fates WHERE decision IN (SELECT id FROM decisions WHERE at <= ? ORDER BY at LIMIT ?)",
                "DELETE FROM decisions WHERE sequence IN (SELECT sequence FROM decisions WHERE at <= ? ORDER BY at LIMIT ?)",
            ] {
                try db.cachedStatement(sql: sql).execute(arguments: [cutoff, limit * 2])
            }
            return deleted + db.changesCount > 0
        }
    }

    /// Deletes a connection with all that belongs to it but its decisions.
    static func deleteConnection(_ db: Database, _ id: String) throws {
        // The connection says whose share the others are, so it is the last.
        for sql in [
            "DELETE FROM transcripts WHERE connection = ?", "DELETE FROM transactions WHERE connection = ?",
            "DELETE FROM connections WHERE id = ?",
        ] {
            try db.cachedStatement(sql: sql).execute(arguments: [id])
        }
    }

    /// What has a row for each day or change, not for each session.
    private func deleteCounts(_ store: Store) throws(JournalError) {
        try store.transaction { db in
            try db.execute(sql: "DELETE FROM shares WHERE bulk <= 0 AND entries <= 0")
        }
        guard let oldest else { return }
        try store.transaction { db in
            try db.execute(
                sql: "DELETE FROM outcome_counts WHERE day < ?", arguments: [RFC3339.day(Date(microsecondsSince1970: oldest))])
            if db.changesCount > 0 {
                try db.execute(sql: "DELETE FROM outcome_policies WHERE id NOT IN (SELECT policy FROM outcome_counts)")
            }
            try db.execute(
                sql: """
                    DELETE FROM policy_history WHERE fetched_at < ? AND sequence NOT IN
                        (SELECT max(sequence) FROM policy_history GROUP BY domain)
                    """, arguments: [oldest])
            try db.execute(sql: "DELETE FROM policies WHERE expires < ?", arguments: [oldest])
            try db.execute(sql: "DELETE FROM overrides WHERE until < ?", arguments: [oldest])
        }
    }

    /// Evidence and certificates that no decision names any more.
    ///
    /// Each is marked as used on every day that a decision names it, so what was last used a day before the oldest decision is named by none.
    private func deleteEvidence(_ store: Store) throws(JournalError) -> Bool {
        let deleted = try store.transaction { db in
            let oldestDecision = try Int.fetchOne(db, sql: "SELECT min(at) FROM decisions") ?? now
            let cutoff = min(oldestDecision, now) - Schema.dayMicroseconds
            var deleted = 0
            for (table, key) in [("evidence", "digest"), ("certificates", "sha256")] {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) WHERE last_used < ? LIMIT ?)",
                    arguments: [cutoff, limit])
                deleted += db.changesCount
            }
            return deleted
        }
        if deleted > 0 { store.forgetKnownEvidence() }
        return deleted > 0
    }

    /// Gives pages back to the file system if many are free.
    private func vacuum(_ store: Store) throws(JournalError) -> Bool {
        let step = limit * 2
        return try store.maintain { db in
            let pages = try Self.pages(db)
            // A quarter may stay: the next sessions need them.
            guard pages.free > 1000, pages.free > pages.count / 4 else { return false }
            try db.execute(sql: "PRAGMA incremental_vacuum(\(step))")
            return try Self.pages(db).free < pages.free
        }
    }

    static func pages(_ db: Database) throws -> (count: Int, free: Int, used: Int) {
        let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        return (count, free, (count - free) * size)
    }
}
