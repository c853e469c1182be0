import Basics
import Policy
import Synchronization
import TLS

/// TLS sessions that servers offered for resumption, in memory, with the certificates they were set up with.
///
/// A resumed handshake costs a third of a full one. Its peer shows no certificate, so the chain of the full handshake is judged again.
final class TLSSessionCache: Sendable {
    struct Key: Hashable, Sendable {
        var destination: Endpoint
        var serverName: String?
    }

    private let sessions: Mutex<BoundedCache<Key, TLSResumption>>

    init(capacity: Int) {
        sessions = Mutex(BoundedCache(capacity: capacity))
    }

    subscript(key: Key) -> TLSResumption? {
        get { sessions.withLock { $0[key] } }
        set { sessions.withLock { $0[key] = newValue } }
    }
}
