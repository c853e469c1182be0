import Glibc

/// The file of the control socket: made under another name and moved into place, so that nobody ever finds it half made or too open.
struct SocketFile: Sendable {
    let path: String
    /// Where it is made.
    let workingPath: String

    /// Octets that a socket's path may have (unix(7)), the final NUL not counted.
    private static let longestPath = 107

    /// Looks at what is there.
    ///
    /// - Throws: when the directory is missing, the path too long, another daemon's, or something that is no socket.
    init(path: String) throws(AdminError) {
        self.path = path
        workingPath = path + ".new"
        guard workingPath.utf8.count <= Self.longestPath else {
            throw AdminError(.badPath, "\(path) is too long for a socket; at most \(Self.longestPath - 4) octets")
        }
        let directory = Self.directory(of: path)
        var status = stat()
        guard stat(directory, &status) == 0 else {
            let error = errno
            guard error == ENOENT else { throw Self.failure("cannot reach the directory \(directory)", error) }
            throw AdminError(
                .noDirectory, "the directory \(directory) does not exist; create it, owned by the user that Weft runs as")
        }
        try Self.removeStale(workingPath)
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw AdminError(.badPath, "\(path) exists and is no socket; move it away or name another path")
        }
        if Self.isAnswered(path) {
            throw AdminError(.inUse, "another daemon answers on \(path); stop it, or give this one another path")
        }
    }

    /// Moves the socket that now listens at `workingPath` into place, in place of one that nobody answers on. Only its owner may use it.
    ///
    /// - Returns: what identifies it.
    func publish() throws(AdminError) -> Identity {
        var status = stat()
        guard chmod(workingPath, 0o600) == 0, lstat(workingPath, &status) == 0, rename(workingPath, path) == 0 else {
            let error = errno
            unlink(workingPath)
            throw Self.failure("cannot make \(path)", error)
        }
        return Identity(status)
    }

    /// Removes the socket, unless it is another one by now.
    func remove(_ identity: Identity) {
        var status = stat()
        if lstat(path, &status) == 0, Identity(status) == identity { unlink(path) }
    }

    struct Identity: Equatable, Sendable {
        var device: UInt64
        var inode: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    static func failure(_ what: String, _ error: Int32) -> AdminError {
        let user = error == EACCES || error == EPERM ? " as user \(geteuid())" : ""
        return AdminError(.failed, "\(what)\(user): \(String(cString: strerror(error)))")
    }

    private static func directory(of path: String) -> String {
        let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        return parent.isEmpty ? "/" : String(parent)
    }

    /// What a daemon that ended half-way left behind.
    private static func removeStale(_ path: String) throws(AdminError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw AdminError(.badPath, "\(path) exists and is no socket; move it away or name another path")
        }
        unlink(path)
    }

    /// Whether somebody listens there.
    private static func isAnswered(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(longestPath)) }
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        // EAGAIN: it listens, with a full backlog.
        return result == 0 || errno == EAGAIN
    }
}
