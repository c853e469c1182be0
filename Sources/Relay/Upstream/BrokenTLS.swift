import Basics
import NIOCore
import Synchronization
import TLS

/// Servers whose TLS broke after the handshake. An MTA goes in clear at its second attempt; so do legs to such an address for a while, unless a
/// policy wants TLS, which then is tried again.
final class BrokenTLS: Sendable {
    /// How long it is remembered: an MTA's next attempts come in minutes, and a server that was mended should be spoken with in TLS.
    static let memory = TimeAmount.minutes(30)

    private let failures: Mutex<BoundedCache<IPAddress, TLSFailure, NIODeadline>>

    init(capacity: Int = 20_000) {
        failures = Mutex(BoundedCache(capacity: capacity, octetLimit: capacity * 512))
    }

    /// Why TLS with the server at `address` broke lately, if it did.
    func failure(at address: IPAddress, now: NIODeadline) -> TLSFailure? {
        failures.withLock { $0.value(for: address, now: now) }
    }

    /// All of it, or what is known of one server, with the time that it is remembered for yet.
    func failures(at address: IPAddress?, now: NIODeadline) -> [(address: IPAddress, what: String, left: TimeAmount)] {
        failures.withLock { failures in
            let known = failures.entries(now: now)
            return known.compactMap { known in
                address ?? known.key == known.key ? (known.key, known.value.detail, (known.expires ?? now) - now) : nil
            }
        }
    }

    func note(_ why: String, at address: IPAddress, now: NIODeadline) {
        let failure = TLSFailure(kind: .io, detail: "TLS broke after the handshake lately: \(why)")
        failures.withLock { $0.store(failure, for: address, until: now + Self.memory, octets: failure.detail.utf8.count + 64, now: now) }
    }

    /// TLS with the server works.
    func forget(_ address: IPAddress) {
        failures.withLock { $0.remove(address) }
    }
}
