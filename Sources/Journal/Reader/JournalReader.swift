import GRDB
import Glibc
import Records

/// Reads a journal without disturbing the ``Journal`` that writes it, in the same process, in another, or in none.
///
/// Each method reads one snapshot, so what it returns fits together; a newer call sees newer records.
public final class JournalReader: EventReader {
    /// The file.
    public let path: String

    private let database: any DatabaseReader

    /// Opens the journal for reading only.
    ///
    /// - Throws: when there is no file, or it may not be read, is not a journal, or another version's.
    public init(path: String) throws(JournalError) {
        self.path = path
        guard access(path, F_OK) == 0 else {
            // A directory that may not be searched looks like a missing file; the error tells them apart.
            throw errno == ENOENT
                ? JournalError.missing(path)
                : JournalError(.unreadable, "Cannot read the journal \(path): \(String(cString: strerror(errno))).")
        }
        do {
            database = try Self.open(path)
            try database.read { db in try Self.check(db, path: path) }
        } catch {
            throw JournalError(error, path: path, action: "read")
        }
    }

    func rows<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(JournalError) -> T {
        try await database.rows(path: path, body)
    }

    private static func open(_ path: String) throws -> any DatabaseReader {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "weft.journal.reader"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        do {
            return try DatabasePool(path: Store.plainPath(path), configuration: configuration)
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && access(path + "-wal", F_OK) != 0
        {
            // Nobody has it open, everything is in the one file, and this user may not make the files that readers share: then it can be
            // read as it stands.
            return try DatabaseQueue(path: immutableURI(path), configuration: configuration)
        }
    }

    /// https://www.sqlite.org/uri.html: the path with what has a meaning in a URI escaped.
    private static func immutableURI(_ path: String) -> String {
        var uri = "file:"
        for octet in path.utf8 {
            switch octet {
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"):
                uri += "%" + String(octet, radix: 16, uppercase: true)
            default:
                uri.unicodeScalars.append(Unicode.Scalar(octet))
            }
        }
        return uri + "?immutable=1"
    }

    private static func check(_ db: Database, path: String) throws {
        let migrator = Schema.migrator
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == Store.applicationID else { throw JournalError.foreign(path) }
        if try migrator.hasBeenSuperseded(db) { throw JournalError.newerSchema(path) }
        if try !migrator.hasCompletedMigrations(db) {
            throw JournalError(
                .olderSchema,
                "The journal \(path) was written by an older version of Weft. Start `weft serve` of this version once: it brings it up to date."
            )
        }
    }
}
