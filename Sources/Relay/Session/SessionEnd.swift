import SMTP

/// Why a session ended.
enum SessionEnd: Error {
    /// The client said QUIT.
    case quit
    /// The client closed the connection without QUIT.
    case clientGone
    /// The client said nothing for too long.
    case clientTimeout
    /// The client broke the protocol so that its commands cannot be told from its data.
    case protocolError(String)
    /// The client had all the transactions that one connection may have.
    case tooManyTransactions
    /// The server said 421, which is its answer to whatever the client waits for.
    case serverClosing(UpstreamReply)
    /// The policy needs a leg that this session cannot have; the reply says why.
    case needsNewSession(Reply)
    /// The leg is no more.
    case leg(LegError)
    /// The daemon stops.
    case draining

    /// What becomes of the session when there is no leg, or no longer one.
    init(_ error: LegError) {
        switch error {
        case .clientGone: self = .clientGone
        case .draining: self = .draining
        case .closing(let reply): self = .serverClosing(reply)
        default: self = .leg(error)
        }
    }

    /// One line for the journal.
    var reason: String {
        switch self {
        case .quit: "quit"
        case .clientGone: "client closed the connection"
        case .clientTimeout: "client timed out"
        case .protocolError(let what): "protocol error: \(what)"
        case .tooManyTransactions: "too many transactions"
        case .serverClosing: "server closed the session with 421"
        case .needsNewSession(let reply): "another session is needed: \(reply.text)"
        case .leg(let error): "upstream: \(error.text)"
        case .draining: "Weft is stopping"
        }
    }

    /// Whether the server may still be told QUIT: not when the conversation with it is broken.
    var mayQuit: Bool {
        switch self {
        case .leg, .serverClosing: false
        case .quit, .clientGone, .clientTimeout, .protocolError, .tooManyTransactions, .needsNewSession, .draining: true
        }
    }
}
