import FoundationEssentials
import GRDB
import Logging
import Records
import Synchronization

/// The database of a ``Journal``: opened, written in transactions, opened again when it broke.
///
/// Writing is for one thread at a time, the journal's queue; ``reader`` is for any.
final class Store: Sendable {
    let path: String
    private let logger: Logger
    private let opened: Mutex<Opened>
    private let known = Mutex(KnownEvidence())

    /// Why and since when no file is open.
    struct Lapse {
        var error: JournalError
        var since: Date
    }

    private struct Opened {
        var pool: DatabasePool?
        var identity: FileIdentity?
        var lapse: Lapse?
        var isClosed = false
    }

    init(path: String, logger: Logger) throws(JournalError) {
        self.path = path
        self.logger = logger
        let pool = try Self.open(path)
        opened = Mutex(Opened(pool: pool, identity: FileIdentity(path)))
    }

    /// Commits the events as one transaction; on an error none of them is written.
    func write(_ events: [Event]) throws(JournalError) {
        if events.isEmpty { return }
        try commit(events)
        // Taken away meanwhile: the events belong into the file that is at the path from now on.
        if !isInPlace { try commit(events) }
    }

    private func commit(_ events: [Event]) throws(JournalError) {
        var stored = KnownEvidence()
        try transaction { db in
            // Here, where it is certain which file is written to: another has none of it. Taken, not copied; after an error the tables start
            // empty, because what this batch stored is not.
            var known = known.withLock { known in
                defer { known = KnownEvidence() }
                return known
            }
            let batch = EventWriter(db)
            for event in events { try batch.write(event, &known) }
            stored = known
        }
        known.withLock { $0 = stored }
    }

    /// Runs `body` as one transaction.
    func transaction<T>(_ body: (Database) throws -> T) throws(JournalError) -> T {
        try maintain { db in
            var value: T?
            try db.inTransaction(.immediate) {
                value = try body(db)
                return .commit
            }
            guard let value else { throw JournalError(.failed, "The journal \(path) did not carry out a transaction.") }
            return value
        }
    }

    /// Runs `body` on the writing connection, outside of any transaction.
    func maintain<T>(_ body: (Database) throws -> T) throws(JournalError) -> T {
        let pool = try openPool()
        do {
            return try pool.writeWithoutTransaction(body)
        } catch {
            let error = JournalError(error, path: path, action: "write")
            // Anything but a want of space or a lock may be the file's: open it anew, so that replacing it heals Weft without a restart.
            if error.kind != .full && error.kind != .busy { detach(error) }
            throw error
        }
    }

    /// What is open for reading; nil while the database is broken, and after the end.
    var reader: DatabasePool? {
        opened.withLock { $0.pool }
    }

    /// Forgets which evidence is known to be stored, because some was deleted.
    func forgetKnownEvidence() {
        known.withLock { $0 = KnownEvidence() }
    }

    /// Why no file is open, and since when; nil while one is, and after the end.
    var lapse: Lapse? {
        opened.withLock { $0.lapse }
    }

    /// Whether the path still names the file that is open. Asks the file system, and so never under the lock.
    private var isInPlace: Bool {
        let identity = opened.withLock { $0.pool == nil ? nil : $0.identity }
        return identity?.isInPlace(path) ?? true
    }

    /// Lets go of the file because of `error`; the next write opens the path anew.
    func detach(_ error: JournalError) {
        opened.withLock { opened in
            opened.pool = nil
            opened.lapse = opened.lapse ?? Lapse(error: error, since: Date())
        }
    }

    /// Lets go of a file that was moved or deleted, so that it is whole wherever it is now, and nothing of it gets into its successor.
    private func release(_ pool: DatabasePool) {
        let error = JournalError.replaced(path)
        logger.error("journal: \(error.description)")
        // What is in the log alone goes to the file that it belongs to. Should a reader prevent that, what it lacks is the newest.
        try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let identity = opened.withLock { $0.identity }
        detach(error)
        // Before the path is opened again: connections to one file share what they know of its log.
        try? pool.close()
        identity?.removeLog(path)
    }

    func close() {
        let pool = opened.withLock { opened in
            defer { opened = Opened(isClosed: true) }
            return opened.pool
        }
        // The pool closes the connections that only read last, and so leaves the log as it is. Without it the file is whole by itself.
        try? pool?.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        // Should a reader in this process still be at it, the file is closed when it is done.
        try? pool?.close()
    }

    private func openPool() throws(JournalError) -> DatabasePool {
        let (current, isClosed) = opened.withLock { ($0.pool, $0.isClosed) }
        if isClosed { throw JournalError(.closed, "The journal was closed.") }
        if let current {
            if isInPlace { return current }
            release(current)
        }
        let pool: DatabasePool
        do throws(JournalError) {
            pool = try Self.open(path)
        } catch {
            detach(error)
            throw error
        }
        forgetKnownEvidence()
        opened.withLock { $0 = Opened(pool: pool, identity: FileIdentity(path)) }
        return pool
    }
}
