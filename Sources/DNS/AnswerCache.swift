import Basics

/// Answers by question until their TTL runs out.
typealias AnswerCache = BoundedCache<Question, StoredAnswer, ContinuousClock.Instant>

extension AnswerCache {
    /// At most so many answers, with 1 KiB for each on the average.
    init(entries: Int) { self.init(capacity: entries, octetLimit: max(0, entries) * 1024) }

    /// The answer with the seconds it has left, unless it expired.
    mutating func answer(to question: Question, now: ContinuousClock.Instant) -> StoredAnswer? {
        guard case (var answer, let expires?)? = entry(for: question, now: now) else { return nil }
        // Rounded up: an answer that may still be used has at least a second left.
        let (seconds, rest) = now.duration(to: expires).components
        answer.ttl = Int(seconds) + (rest > 0 ? 1 : 0)
        return answer
    }

    /// Keeps `answer` for its TTL in place of an earlier one; an answer with a TTL of 0 is not kept (RFC 1035 3.2.1).
    mutating func store(_ answer: StoredAnswer, for question: Question, now: ContinuousClock.Instant) {
        guard answer.ttl > 0 else { return remove(question) }
        store(
            answer, for: question, until: now + .seconds(answer.ttl), octets: question.name.text.utf8.count + answer.octets, now: now
        )
    }
}

extension StoredAnswer {
    /// What the answer owns on the heap, about.
    fileprivate var octets: Int {
        switch self {
        case .mx(let answer): answer.octets { $0.exchange.text.utf8.count }
        case .addresses(let answer): answer.octets { _ in 0 }
        // An array has a header, and the allocator's own.
        case .tlsa(let answer): answer.octets { $0.data.count + 48 }
        case .txt(let answer): answer.octets { $0.count + 48 }
        case .cname(let answer): answer.octets { $0.text.utf8.count }
        }
    }
}

extension DNSAnswer {
    fileprivate func octets(_ owned: (Record) -> Int) -> Int {
        let names = name.text.utf8.count + (canonicalName == name ? 0 : canonicalName.text.utf8.count)
        return records.reduce(names) { $0 + MemoryLayout<Record>.stride + owned($1) }
    }
}
