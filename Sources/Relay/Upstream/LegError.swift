import Basics
import SMTP
import TLS

/// Why there is no leg, or no longer one.
enum LegError: Error {
    /// No connection: refused, unreachable, timed out.
    case dial(String)
    /// The server's greeting was not a welcome.
    case greeting(Reply)
    /// The server wants no EHLO and no HELO.
    case hello(Reply)
    /// The server said 421, and closes.
    case closing(UpstreamReply)
    /// The connection ended.
    case lost(StreamEnd)
    /// The server does not answer.
    case timeout(String)
    /// What the server says is no SMTP.
    case malformed(String)
    /// The TLS handshake failed.
    case handshake(TLSFailure)
    /// The client closed its connection meanwhile.
    case clientGone
    /// The daemon stops, and waits no longer.
    case draining

    /// One line for replies and the journal.
    var text: String {
        switch self {
        case .dial(let reason): reason
        case .greeting(let reply): "greeting: \(reply)"
        case .hello(let reply): "answer to HELO: \(reply)"
        case .closing(let reply): "the server closes: \(reply.reply)"
        case .lost(let end): end.description
        case .timeout(let what): "timed out waiting for \(what)"
        case .malformed(let why): why
        case .handshake(let failure): "TLS handshake failed: \(failure.detail)"
        case .clientGone: "the client closed the connection"
        case .draining: "Weft is stopping"
        }
    }

    /// The reply that ends the client's session; nil when there is no client to tell, or another reply for it.
    func reply(for destination: Endpoint) -> Reply? {
        switch self {
        case .dial: Reply(421, "4.4.1", "\(destination.address): \(text)")
        // A server that nobody has authenticated may not bounce mail: its 5xx is a reason to try later (RFC 5321 4.2.1).
        case .greeting(let reply) where reply.isTransient, .hello(let reply) where reply.isTransient: reply
        case .closing(let reply): reply.reply
        case .greeting, .hello: Reply(421, "4.3.2", "\(destination.address): \(text)")
        case .lost, .timeout, .malformed, .handshake: Reply(421, "4.4.2", "\(destination.address): \(text)")
        case .clientGone, .draining: nil
        }
    }
}
