import GRDB
import Glibc

extension Store {
    /// "Weft" in ASCII: what `PRAGMA application_id` of a journal says.
    static let applicationID: Int32 = 0x5765_6674

    static func open(_ path: String) throws(JournalError) -> DatabasePool {
        createPrivately(path)
        var configuration = Configuration()
        configuration.label = "weft.journal"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 2
        // Somebody's sqlite3 shell may hold the lock for a moment.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { try claim(db, path: path) }
            try db.execute(sql: "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY")
        }
        do {
            let pool = try DatabasePool(path: plainPath(path), configuration: configuration)
            let migrator = Schema.migrator
            if try pool.read(migrator.hasBeenSuperseded) { throw JournalError.newerSchema(path) }
            try pool.writeWithoutTransaction { db in
                // FULL: each commit syncs the write-ahead log. NORMAL would sync it only at checkpoints, seconds or minutes apart, and lose
                // all of that with the power.
                // A deleted row is overwritten where that costs no further writes. A log that readers made long shrinks again.
                try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 67108864")
                // What REPLACE takes out of a client's share is a deletion like any other.
                try db.execute(sql: "PRAGMA recursive_triggers = ON")
            }
            try migrator.migrate(pool)
            // SQLite opens what it may not write for reading only, and does not say so before something is written.
            try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA application_id = \(applicationID)") }
            return pool
        } catch {
            throw JournalError(error, path: path, action: "open")
        }
    }

    /// SQLite takes a name that begins with `file:` for a URI.
    static func plainPath(_ path: String) -> String {
        path.hasPrefix("file:") ? "./" + path : path
    }

    /// A journal holds addresses of people: only its owner and group may read it. SQLite gives its other files the same mode.
    private static func createPrivately(_ path: String) {
        // Whatever goes wrong here goes wrong again in SQLite, which then says so.
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// Makes an empty database a journal, and refuses those that are something else, before anything is written to them.
    private static func claim(_ db: Database, path: String) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if tables == 0 {
            // Before the first table, or it has no effect.
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = \(applicationID)")
        } else if application != applicationID {
            throw JournalError.foreign(path)
        }
    }
}
