import GRDB
import Glibc
import Records
import Synchronization

/// The database of a ``Journal``: opened, written in transactions, opened again when it broke.
///
/// Writing is for one thread at a time, the journal's queue; ``reader`` is for any.
final class Store: Sendable {
    let path: String
    private let opened: Mutex<Opened>
    private let known = Mutex(KnownEvidence())

    private struct Opened {
        var pool: DatabasePool?
        var inode: UInt64
        var isClosed = false
    }

    init(path: String) throws(JournalError) {
        self.path = path
        let pool = try Self.open(path)
        opened = Mutex(Opened(pool: pool, inode: Self.inode(path)))
    }

    /// Commits the events as one transaction; on an error none of them is written.
    func write(_ events: [Event]) throws(JournalError) {
        if events.isEmpty { return }
        var known = known.withLock { known in
            // Taken, not copied; after an error the tables start empty, because what this batch stored is not.
            defer { known = KnownEvidence() }
            return known
        }
        try transaction { db in
            let batch = EventWriter(db)
            for event in events { try batch.write(event, &known) }
        }
        self.known.withLock { $0 = known }
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
            if error.kind != .full && error.kind != .busy { detach() }
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

    /// Whether the path names another file than the one that is open, or none: somebody moved the journal away.
    var isDetached: Bool {
        opened.withLock { $0.pool != nil && Self.inode(path) != $0.inode }
    }

    /// Lets go of the file; the next write opens the path anew.
    func detach() {
        opened.withLock { $0.pool = nil }
    }

    func close() {
        let pool = opened.withLock { opened in
            defer { opened = Opened(pool: nil, inode: 0, isClosed: true) }
            return opened.pool
        }
        // Should a reader in this process still be at it, the file is closed when it is done.
        try? pool?.close()
    }

    private func openPool() throws(JournalError) -> DatabasePool {
        let (current, isClosed) = opened.withLock { ($0.pool, $0.isClosed) }
        if isClosed { throw JournalError(.closed, "The journal was closed.") }
        if let current { return current }
        let pool = try Self.open(path)
        forgetKnownEvidence()
        opened.withLock { $0 = Opened(pool: pool, inode: Self.inode(path)) }
        return pool
    }

    private static func inode(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }
}
