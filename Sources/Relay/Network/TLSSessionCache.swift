import Basics
import NIOCore
import Policy
import Synchronization
import TLS

/// TLS sessions that servers offered for resumption, in memory, with the certificates they were set up with.
///
/// A resumed handshake costs a third of a full one. Its peer shows no certificate, so the chain of the full handshake is judged again.
/// A session is forgotten at the end of its lifetime, after 2 hours at the latest.
final class TLSSessionCache: Sendable {
    struct Key: Hashable, Sendable {
        var destination: Endpoint
        var serverName: DomainName?
    }

    /// The longest a session is kept, whatever its server allows.
    static let longestLifetime = TimeAmount.hours(2)
    /// What OpenSSL keeps of a session, its ticket and its certificates, about.
    static let octetsPerSession = 8192

    private let sessions: Mutex<BoundedCache<Key, TLSResumption, NIODeadline>>

    init(capacity: Int) {
        sessions = Mutex(BoundedCache(capacity: capacity, octetLimit: capacity * 2 * Self.octetsPerSession))
    }

    /// The session to offer, unless it has ended.
    func session(for key: Key, now: NIODeadline) -> TLSResumption? {
        sessions.withLock { $0.value(for: key, now: now) }
    }

    /// Keeps a session that a server offered at `now`.
    func store(_ session: TLSResumption, for key: Key, now: NIODeadline) {
        let end = Self.end(ofLifetime: session.lifetime, from: now)
        sessions.withLock { $0.store(session, for: key, until: end, octets: Self.octetsPerSession, now: now) }
    }

    /// Until when a session is kept that its server allows to be resumed for so many seconds.
    static func end(ofLifetime seconds: Int, from now: NIODeadline) -> NIODeadline {
        now + min(.seconds(Int64(seconds)), longestLifetime)
    }

    /// Forgets the session.
    func remove(_ key: Key) {
        sessions.withLock { $0.remove(key) }
    }
}
