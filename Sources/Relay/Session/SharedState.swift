import Basics
import FoundationEssentials
import NIOCore
import Policy
import Records
import Synchronization

/// What the sessions of a relay share.
final class SharedState: Sendable {
    private struct State {
        /// Each keyword with the end of its time.
        var missingKeywords: BoundedCache<IPAddress, [String: NIODeadline], NIODeadline>
    }

    /// How long a server counts as without a keyword after it lacked it: servers are upgraded, and the better ones should be used.
    static let keywordMemory = TimeAmount.hours(1)

    /// Whose TLS broke.
    let brokenTLS: BrokenTLS

    private let draining = Atomic(false)
    private let drained = Atomic(false)
    private let state: Mutex<State>

    init(capacity: Int = 20_000) {
        brokenTLS = BrokenTLS(capacity: capacity)
        // A handful of keywords for each address.
        state = Mutex(State(missingKeywords: BoundedCache(capacity: capacity, octetLimit: capacity * 1024)))
    }

    /// True once the daemon is stopping: idle sessions end, running messages finish.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// True once the time that running messages had is over: sessions end as soon as they can.
    var isDrainOver: Bool { drained.load(ordering: .relaxed) }

    func endDraining() { drained.store(true, ordering: .relaxed) }

    func startDraining() { draining.store(true, ordering: .relaxed) }

    /// EHLO keywords that a leg to `address` did not offer within the last hour while another had: servers behind one address differ.
    func missingKeywords(at address: IPAddress, now: NIODeadline) -> Set<String> {
        guard let missing = state.withLock({ $0.missingKeywords.value(for: address, now: now) }) else { return [] }
        return Set(missing.lazy.filter { now < $0.value }.map(\.key))
    }

    /// What was learned of servers, or of one, until the time that it is forgotten.
    func learned(about address: IPAddress?, now: NIODeadline, time: Date) -> [LearnedFact] {
        let missing = state.withLock { $0.missingKeywords.entries(now: now) }.filter { address ?? $0.key == $0.key }
        let keywords = missing.flatMap { server in
            server.value.filter { now < $0.value }.map { keyword, end in
                LearnedFact(address: server.key, kind: .missingKeyword, what: keyword, until: time + (end - now).seconds)
            }
        }
        let failures = brokenTLS.failures(at: address, now: now).map {
            LearnedFact(address: $0.address, kind: .brokenTLS, what: $0.what, until: time + $0.left.seconds)
        }
        return keywords + failures
    }

    func noteMissingKeywords(_ keywords: Set<String>, at address: IPAddress, now: NIODeadline) {
        let end = now + Self.keywordMemory
        state.withLock { state in
            var missing = (state.missingKeywords.value(for: address, now: now) ?? [:]).filter { now < $0.value }
            for keyword in keywords { missing[keyword] = end }
            let octets = missing.keys.reduce(0) { $0 + $1.utf8.count + 64 }
            state.missingKeywords.store(missing, for: address, until: end, octets: octets, now: now)
        }
    }
}

extension TimeAmount {
    fileprivate var seconds: TimeInterval { TimeInterval(nanoseconds) / 1e9 }
}
