import Basics
import NIOCore
import Synchronization
import TLS

/// Servers whose TLS broke after the handshake, again and again. An MTA tries TLS once more at its second attempt and then goes in clear; so do
/// legs to such an address for a while, unless a policy wants TLS, which then is tried again.
///
/// Once is not enough: a server that restarts breaks whatever is open, and mail to it would go in clear for no reason.
final class BrokenTLS: Sendable {
    /// How long it is remembered: an MTA's next attempts come in minutes, and a server that was mended should be spoken with in TLS.
    static let memory = TimeAmount.minutes(30)

    private struct Entry {
        let why: String
        let brokeFirst: NIODeadline
        /// It broke in another connection, which was made after that.
        let brokeAgain: Bool

        var detail: String { "TLS broke after the handshake lately\(brokeAgain ? "" : ", once"): \(why)" }
    }

    private let entries: Mutex<BoundedCache<IPAddress, Entry, NIODeadline>>

    init(capacity: Int = 20_000) {
        entries = Mutex(BoundedCache(capacity: capacity, octetLimit: capacity * 512))
    }

    /// Why TLS with the server at `address` broke lately, if it did so again after a first time.
    func failure(at address: IPAddress, now: NIODeadline) -> TLSFailure? {
        guard let entry = entry(at: address, now: now), entry.brokeAgain else { return nil }
        return TLSFailure(kind: .io, detail: entry.detail)
    }

    /// Whether it broke, and would be given up if it did again.
    func isSuspect(_ address: IPAddress, now: NIODeadline) -> Bool { entry(at: address, now: now) != nil }

    /// All of it, or what is known of one server, with the time that it is remembered for yet.
    func failures(at address: IPAddress?, now: NIODeadline) -> [(address: IPAddress, what: String, left: TimeAmount)] {
        entries.withLock { entries in
            let known = entries.entries(now: now)
            return known.compactMap { known in
                address ?? known.key == known.key ? (known.key, known.value.detail, (known.expires ?? now) - now) : nil
            }
        }
    }

    /// It broke, in a connection whose handshake was complete at `secured`.
    func note(_ why: String, at address: IPAddress, secured: NIODeadline, now: NIODeadline) {
        entries.withLock {
            let before = $0.value(for: address, now: now)
            // What broke at the same time broke for the same reason.
            let brokeAgain = before.map { $0.brokeAgain || secured > $0.brokeFirst } ?? false
            let entry = Entry(why: why, brokeFirst: before?.brokeFirst ?? now, brokeAgain: brokeAgain)
            $0.store(entry, for: address, until: now + Self.memory, octets: entry.detail.utf8.count + 64, now: now)
        }
    }

    /// TLS with the server works.
    func forget(_ address: IPAddress) {
        entries.withLock { $0.remove(address) }
    }

    private func entry(at address: IPAddress, now: NIODeadline) -> Entry? {
        entries.withLock { $0.value(for: address, now: now) }
    }
}
