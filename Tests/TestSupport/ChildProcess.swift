import Glibc
import Synchronization

/// A child of the test, with every signal at its default and none blocked: the mask of a test's thread blocks them, and a server that inherits
/// it cannot be asked to end. Waits by `waitpid`, which needs no run loop.
public final class ChildProcess: Sendable {
    private let identifier: pid_t
    /// The exit status once the child is gone and has been waited for.
    private let status = Mutex<Int32?>(nil)

    /// A program that could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// Which, and why.
        public let description: String
    }

    /// Starts a program in `directory`; what it writes goes to the file `output` there, its errors too unless `keepingErrors`.
    public init(_ path: String, _ arguments: [String], directory: String, output: String, keepingErrors: Bool = false) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "\(directory)/\(output)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if !keepingErrors { posix_spawn_file_actions_adddup2(&actions, 1, 2) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // env changes the directory, then becomes the program.
        let env = "/usr/bin/env"
        var words = ([env, "--chdir", directory, path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, env, &actions, &attributes, &words, environ)
        guard code == 0 else { throw Failure(description: "cannot start \(path): \(String(cString: strerror(code)))") }
        identifier = child
    }

    /// Whether the child has not ended yet.
    public var isRunning: Bool { wait(WNOHANG) == nil }

    /// Asks the child to end.
    public func terminate() {
        if isRunning { kill(identifier, SIGTERM) }
    }

    /// Blocks until the child has ended; its exit status, or a value above 128 for a signal.
    public func waitUntilExit() -> Int32 { wait(0) ?? -1 }

    private func wait(_ options: Int32) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(identifier, &raw, options) == identifier else { return nil }
            status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + raw & 0x7f
            return status
        }
    }
}
