import FoundationEssentials

/// A directory that is deleted with its last reference. Its path is short: a socket's may have 107 octets.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// An empty directory.
    public init() throws {
        path = "/tmp/weft-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Where a journal goes.
    public var journal: String { path + "/journal.db" }
    /// Where a control socket goes.
    public var socket: String { path + "/weft.sock" }
}
