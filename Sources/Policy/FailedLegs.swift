import Basics
import Synchronization

/// Legs of the last minute that did not satisfy the policy of a domain, so that each message to a broken server does not cost all the dials
/// again that could not mend the one before.
///
/// It only ever refuses what would be refused: it is asked when another leg is wanted, and says which names led to none. It speaks only of legs
/// like the one at hand, so that a server which shows something new is judged anew, and only while the evidence is the same.
final class FailedLegs: Sendable {
    /// What is judged where. Nothing is concluded from one place for another.
    struct Place: Hashable, Sendable {
        var address: IPAddress
        var key: PolicyService.Key
        var settings: DecisionSettings
    }

    /// The outcome of a handshake.
    struct Dial: Hashable, Sendable {
        /// The name sent as SNI.
        var serverName: DomainName?
        /// Digest of the chain that was shown; nil when the handshake failed.
        var chain: [UInt8]?
    }

    private struct Failures: Sendable {
        /// Fingerprint of the evidence that they failed.
        var evidence: [UInt8]
        /// Until when each counts.
        var dials: [Dial: ContinuousClock.Instant]
    }

    /// How long a failure is held against a server that shows the same again.
    static let memory: Duration = .seconds(60)
    /// Dials of one place that are kept: a server may show another certificate each time.
    private static let dialsPerPlace = 16
    private static let octetLimit = 4 << 20

    private let places: Mutex<BoundedCache<Place, Failures, ContinuousClock.Instant>>

    /// Failures at so many places, of 4 MiB together at most.
    init(capacity: Int) {
        places = Mutex(BoundedCache(capacity: capacity, octetLimit: Self.octetLimit))
    }

    /// Octets that are kept.
    var octets: Int { places.withLock { $0.octets } }

    /// Notes that the full handshake `dial` at `place` led to no leg that satisfies `evidence`.
    ///
    /// - Parameter age: how long ago that was
    func note(_ dial: Dial, at place: Place, evidence: [UInt8], now: ContinuousClock.Instant, age: Duration) {
        let until = now + Self.memory - age
        guard now < until else { return }
        places.withLock { places in
            var failures = places.value(for: place, now: now) ?? Failures(evidence: evidence, dials: [:])
            if failures.evidence != evidence { failures = Failures(evidence: evidence, dials: [:]) }
            failures.dials[dial] = max(until, failures.dials[dial] ?? until)
            failures.dials = failures.dials.filter { now < $0.value }
            let surplus = failures.dials.sorted { $0.value < $1.value }.prefix(max(0, failures.dials.count - Self.dialsPerPlace))
            for (dial, _) in surplus { failures.dials[dial] = nil }
            places.store(failures, for: place, until: now + Self.memory, octets: Self.octets(of: failures, at: place), now: now)
        }
    }

    /// The names under which dials at `place` failed `evidence` lately, in order; nil unless a leg like `dial` is among them.
    func names(beside dial: Dial, at place: Place, evidence: [UInt8], now: ContinuousClock.Instant) -> [DomainName]? {
        places.withLock { places in
            guard let failures = places.value(for: place, now: now), failures.evidence == evidence else { return nil }
            let current = failures.dials.filter { now < $0.value }
            guard current[dial] != nil else { return nil }
            return Set(current.keys.compactMap(\.serverName)).sorted()
        }
    }

    /// Forgets the failures at `place`: a leg satisfied the policy.
    func forget(_ place: Place) {
        places.withLock { $0.remove(place) }
    }

    private static func octets(of failures: Failures, at place: Place) -> Int {
        // A dictionary is half full, and an array and a string have a header each.
        let dials = failures.dials.keys.reduce(0) { sum, dial in
            sum + 2 * (MemoryLayout<Dial>.stride + 16) + (dial.serverName?.text.utf8.count ?? 0) + (dial.chain?.count ?? 0) + 64
        }
        return dials + place.key.domain.text.utf8.count + (place.settings.override?.reason.utf8.count ?? 0) + 128
    }
}
