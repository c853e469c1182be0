/// What came of asking the running daemon how it is.
package enum DaemonAnswer: Sendable {
    case running(DaemonState)
    /// Something answers, but does not say how it is.
    case unclear
    case notRunning
    /// It could not be asked, and why.
    case unreachable(String)
}

/// What a running daemon says of itself, as far as it is compared with the configuration.
package struct DaemonState: Sendable {
    package var version: String
    package var pid: Int
    /// Where it listens.
    package var listen: [String]
    package var sessions: Int
    /// Why the journal cannot be written; nil when it can.
    package var journalFailure: String?
    /// Events that were never written.
    package var journalLost: Int

    package init(version: String, pid: Int, listen: [String], sessions: Int, journalFailure: String?, journalLost: Int) {
        self.version = version
        self.pid = pid
        self.listen = listen
        self.sessions = sessions
        self.journalFailure = journalFailure
        self.journalLost = journalLost
    }
}
