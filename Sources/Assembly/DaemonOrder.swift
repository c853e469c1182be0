/// What a running daemon is told from outside, by signals as a rule.
package enum DaemonOrder: Sendable {
    /// Read the configuration again.
    case reload
    /// Let sessions finish, and end.
    case stop
}
