/// Why the running daemon cannot be reached, or does not do what it was asked. The description says what to do about it.
package struct AdminError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of the failure.
    package enum Kind: String, Hashable, Sendable {
        /// No daemon listens on the socket.
        case notRunning
        /// This user may not use the socket.
        case forbidden
        /// The directory of the socket does not exist.
        case noDirectory
        /// Another daemon answers on the socket.
        case inUse
        /// Something that is no socket is in its place, or the path is too long for one.
        case badPath
        /// The daemon did not answer in time, or not in its own language.
        case noAnswer
        /// The daemon answered that it did not do it, and why.
        case refused
        /// Anything else that the system reports.
        case failed
    }

    /// The class of the failure.
    package var kind: Kind
    /// What happened and what to do, in one line.
    package var description: String

    /// A failure described for an operator.
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
