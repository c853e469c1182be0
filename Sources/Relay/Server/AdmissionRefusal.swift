import Basics
import SMTP

/// Why a client may not open a session now.
enum AdmissionRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The daemon stops.
    case draining
    /// As many sessions as there may be are running.
    case sessions(limit: Int)
    /// As many sessions of this client as there may be are running.
    case perClient(limit: Int)

    /// What the client is told in place of a greeting (RFC 5321 3.1, 3.8).
    func reply(to client: IPAddress) -> Reply {
        switch self {
        case .draining: Reply(421, "4.3.2", "Weft is stopping; try again")
        case .sessions: Reply(421, "4.3.2", "Too many sessions; try again")
        case .perClient: Reply(421, "4.7.0", "Too many sessions from \(client); try again")
        }
    }

    /// In the words of an operator's log, with the key of the limit.
    var description: String {
        switch self {
        case .draining: "Weft is stopping"
        case .sessions(let limit): "too many sessions: [limits] sessions is \(limit)"
        case .perClient(let limit): "too many sessions of one client: [limits] per-client is \(limit)"
        }
    }
}
