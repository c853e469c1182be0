import GRDB
import Glibc

extension JournalError {
    /// What to tell an operator about an error of the database at `path`. `action` is a verb: open, read, write.
    init(_ error: any Error, path: String, action: String) {
        if let damage = error as? DamagedRow {
            self.init(
                .damaged,
                "Cannot \(action) the journal \(path): \(damage.description). The file is damaged, or another program wrote to it: mend that row with "
                    + "sqlite3, or move the file away with its -wal and -shm, and Weft makes a new one.")
            return
        }
        guard let error = error as? DatabaseError else {
            self = error as? JournalError ?? JournalError(.failed, "Cannot \(action) the journal \(path): \(error)")
            return
        }
        let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .full, "Cannot \(action) the journal \(path): the disk or quota is full. Free space, or set a maximum size for the journal."
            )
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self.init(
                .notADatabase,
                "Cannot \(action) the journal \(path): it is not an SQLite database, or a damaged one (\(message)). "
                    + "Move it away with its -wal and -shm files, and Weft makes a new one.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "Cannot \(action) the journal \(path): another process has locked it (\(message)).")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                action == "read" ? .unreadable : .unwritable,
                "Cannot \(action) the journal \(path): \(Self.obstacle(path, action: action) ?? message).")
        default:
            self.init(.failed, "Cannot \(action) the journal \(path): \(message).")
        }
    }

    static func newerSchema(_ path: String) -> JournalError {
        JournalError(
            .newerSchema, "The journal \(path) was written by a newer version of Weft. Install that version, or give this one another path."
        )
    }

    static func foreign(_ path: String) -> JournalError {
        JournalError(.foreign, "\(path) is the database of another program, not a journal of Weft. Give the journal another path.")
    }

    static func stalled(_ path: String, for time: Duration) -> JournalError {
        JournalError(
            .stalled,
            "Nothing was written to the journal \(path) for \(time.components.seconds) s: its disk hangs, or another program holds it locked."
        )
    }

    static func replaced(_ path: String) -> JournalError {
        JournalError(
            .replaced,
            "The journal \(path) was deleted, moved or replaced while Weft had it open. It goes on with the file that is there now, a new one if "
                + "there is none; overrides and cached policies of the old file are not in it. Stop Weft before you move a journal, and copy one "
                + "with sqlite3 '.backup'.")
    }

    static func missing(_ path: String) -> JournalError {
        JournalError(
            .missing,
            "There is no journal at \(path). Is it the path of the configuration that `weft serve` runs with, and did it ever run?")
    }

    static func ambiguous(_ prefix: String, _ found: [String]) -> JournalError {
        JournalError(
            .ambiguous, "Several ids begin with \(prefix): \(found.prefix(3).joined(separator: ", "))\(found.count > 3 ? ", ..." : "").")
    }

    /// What the file system has against it, in words, with the remedy.
    private static func obstacle(_ path: String, action: String) -> String? {
        let directory = parent(path)
        var status = stat()
        guard stat(directory, &status) == 0 else {
            return errno == ENOENT
                ? "the directory \(directory) does not exist; create it, owned by the user that Weft runs as"
                : "the directory \(directory) cannot be reached (\(String(cString: strerror(errno))))"
        }
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return "it is a directory; name a file in it" }
        let user = geteuid()
        if action == "read" {
            if !mayAccess(path, R_OK) { return "user \(user) may not read it; run as root or as the user that Weft runs as" }
            if !mayAccess(directory, W_OK) {
                return "user \(user) may not write to \(directory), where SQLite keeps the files that readers share; run as root or as the "
                    + "user that Weft runs as"
            }
            return nil
        }
        if !mayAccess(directory, W_OK) {
            return "user \(user) may not write to the directory \(directory) (\(String(cString: strerror(errno))))"
        }
        if mayAccess(path, F_OK), !mayAccess(path, W_OK) {
            return "user \(user) may not write to it (\(String(cString: strerror(errno))))"
        }
        return nil
    }

    /// As the effective user, which is who opens files.
    private static func mayAccess(_ path: String, _ mode: Int32) -> Bool {
        faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
