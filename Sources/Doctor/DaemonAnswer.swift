import Reports

/// What came of asking the running daemon how it is.
package enum DaemonAnswer: Sendable {
    case running(DaemonStatus)
    /// Something answers, but does not say how it is.
    case unclear
    case notRunning
    /// It could not be asked, and why.
    case unreachable(String)
}
