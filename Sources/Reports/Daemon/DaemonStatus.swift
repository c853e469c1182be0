import FoundationEssentials
import Records

/// How a running daemon is. It says so itself, over its control socket.
package struct DaemonStatus: View, Codable, Hashable {
    /// Its release.
    package var version: String
    /// Its process.
    package var pid: Int
    package var started: Date
    /// The file that it was configured by.
    @Nullable package var configuration: String?
    package var enforcement: Enforcement
    /// Where it listens.
    package var listen: [String]
    /// Sessions at the moment.
    package var sessions: Int
    /// Domains that are exempted at the moment.
    package var overrides: Int
    /// Why the journal cannot be written; nil when it can.
    @Nullable package var journalFailure: String?
    /// Events that were never written.
    package var journalLost: Int

    package init(
        version: String, pid: Int, started: Date, configuration: String?, enforcement: Enforcement, listen: [String], sessions: Int,
        overrides: Int, journalFailure: String?, journalLost: Int
    ) {
        self.version = version
        self.pid = pid
        self.started = started
        self.configuration = configuration
        self.enforcement = enforcement
        self.listen = listen
        self.sessions = sessions
        self.overrides = overrides
        self.journalFailure = journalFailure
        self.journalLost = journalLost
    }

    package func text(_ style: Style) -> String {
        let lines = [
            ("version", version), ("process", "\(pid)"),
            ("started", "\(Human.time(started)) UTC (\(Human.relative(started, to: style.now)))"),
            ("configured by", configuration ?? "no file"), ("enforcement", enforcement.rawValue),
            ("listens on", listen.joined(separator: ", ")), ("sessions", "\(sessions)"), ("overrides", "\(overrides)"),
            ("journal", journalFailure.map { "FAILING: \($0)" } ?? "written"), ("events lost", "\(journalLost)"),
        ]
        return lines.map { name, value in
            name + String(repeating: " ", count: max(1, 15 - name.count)) + value.printable + "\n"
        }.joined()
    }
}
