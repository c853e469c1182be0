import Basics
import DANE
import Synchronization

/// Hosts that were looked up past all caches within the last seconds: many domains have the same, and each may want its TLSA records anew.
final class FreshHosts: Sendable {
    /// What was asked.
    struct Question: Hashable, Sendable {
        var host: DomainName
        var port: Int
        var wantsTLSA: Bool
    }

    private struct Answer: Sendable {
        var host: HostLookup
        var askedAt: ContinuousClock.Instant
    }

    /// How long an answer is fresh: as long as TLSA records are not asked for again after they were looked up.
    static let lifetime: Duration = .seconds(10)
    private static let octetLimit = 4 << 20

    private let answers = Mutex(
        BoundedCache<Question, Answer, ContinuousClock.Instant>(capacity: 4096, octetLimit: octetLimit))

    /// Octets that are kept.
    var octets: Int { answers.withLock { $0.octets } }

    /// The host as found within the last seconds, with what is left of its TTL.
    func answer(to question: Question, now: ContinuousClock.Instant) -> HostLookup? {
        guard let answer = answers.withLock({ $0.value(for: question, now: now) }) else { return nil }
        var host = answer.host
        // Rounded up, so that nothing is used for longer than it may be.
        host.ttl = max(0, host.ttl - Int(((now - answer.askedAt) / .seconds(1)).rounded(.up)))
        return host
    }

    func store(_ host: HostLookup, for question: Question, askedAt: ContinuousClock.Instant) {
        answers.withLock {
            $0.store(
                Answer(host: host, askedAt: askedAt), for: question, until: askedAt + Self.lifetime,
                octets: question.host.text.utf8.count + host.octets, now: askedAt)
        }
    }
}
