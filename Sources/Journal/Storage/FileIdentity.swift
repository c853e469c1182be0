import Glibc

/// Which files a database and its write-ahead log are, whatever the names are given to later.
struct FileIdentity: Equatable {
    private struct File: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    private let database: File?
    private let log: File?

    init(_ path: String) {
        database = Self.file(path)
        log = Self.file(path + "-wal")
    }

    /// Whether the names are still those files'. The log's, too: what SQLite writes to a log without a name is lost in a crash, and no reader
    /// sees it.
    func isInPlace(_ path: String) -> Bool {
        let now = FileIdentity(path)
        return now.database == database && (log == nil || now.log == log)
    }

    /// Removes a log that was left beside the name of its database: SQLite would take it for that of the next file with that name, and
    /// damage it.
    func removeLog(_ path: String) {
        guard let log, Self.file(path + "-wal") == log else { return }
        unlink(path + "-wal")
        unlink(path + "-shm")
    }

    private static func file(_ path: String) -> File? {
        var status = stat()
        return stat(path, &status) == 0 ? File(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) : nil
    }
}
