import NIOCore

/// Answers by question until their TTL runs out. Bounded: two generations of half the entries each; what is used moves to the young one, and
/// when that is full the old one is forgotten, so that what goes was not asked for during the last half of the entries.
struct AnswerCache {
    private struct Entry {
        let answer: StoredAnswer
        let expires: NIODeadline
    }

    private let generationSize: Int
    private var young: [Question: Entry] = [:]
    private var old: [Question: Entry] = [:]

    /// At most `capacity` answers; none if it is below 2.
    init(capacity: Int) { generationSize = capacity / 2 }

    /// Answers held, expired ones too.
    var count: Int { young.count + old.count }

    /// The answer with the seconds it has left, unless it expired.
    mutating func answer(to question: Question, now: NIODeadline) -> StoredAnswer? {
        guard let entry = young[question] ?? old[question], entry.expires > now else { return nil }
        if let promoted = old.removeValue(forKey: question) { insert(promoted, for: question) }
        var answer = entry.answer
        // Rounded up: an answer that may still be used has at least a second left.
        answer.ttl = Int((entry.expires - now).nanoseconds + 999_999_999) / 1_000_000_000
        return answer
    }

    /// Keeps `answer` for its TTL in place of an earlier one; an answer with a TTL of 0 is not kept (RFC 1035 3.2.1).
    mutating func store(_ answer: StoredAnswer, for question: Question, now: NIODeadline) {
        old.removeValue(forKey: question)
        guard answer.ttl > 0, generationSize > 0 else {
            young.removeValue(forKey: question)
            return
        }
        insert(Entry(answer: answer, expires: now + .seconds(Int64(answer.ttl))), for: question)
    }

    private mutating func insert(_ entry: Entry, for question: Question) {
        if young.count >= generationSize, young[question] == nil {
            old = young
            young = [:]
        }
        young[question] = entry
    }
}
