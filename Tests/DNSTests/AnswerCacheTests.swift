import TestSupport
import Testing

@testable import DNS

@Suite struct AnswerCacheTests {
    private let start = ContinuousClock.now

    private func question(_ number: Int) -> Question { Question(name: "h\(number).example", type: .txt) }

    private func answer(_ number: Int, ttl: Int) -> StoredAnswer {
        .txt(DNSAnswer(name: "h\(number).example", status: .secure, outcome: .records([[1]]), ttl: ttl))
    }

    @Test func `an answer is there until its TTL has passed and tells what is left`() {
        var cache = AnswerCache(entries: 10)
        cache.store(answer(1, ttl: 100), for: question(1), now: start)
        #expect(cache.answer(to: question(1), now: start) == answer(1, ttl: 100))
        #expect(cache.answer(to: question(1), now: start + .seconds(30)) == answer(1, ttl: 70))
        #expect(cache.answer(to: question(1), now: start + .milliseconds(99_500)) == answer(1, ttl: 1))
        #expect(cache.answer(to: question(1), now: start + .seconds(100)) == nil)
        #expect(cache.answer(to: question(2), now: start) == nil)
    }

    @Test func `the type is part of the question`() {
        var cache = AnswerCache(entries: 10)
        cache.store(answer(1, ttl: 100), for: question(1), now: start)
        #expect(cache.answer(to: Question(name: "h1.example", type: .mx), now: start) == nil)
    }

    @Test func `an answer with a TTL of 0 is not kept and ends an earlier one`() {
        var cache = AnswerCache(entries: 10)
        cache.store(answer(1, ttl: 100), for: question(1), now: start)
        cache.store(answer(1, ttl: 0), for: question(1), now: start)
        #expect(cache.answer(to: question(1), now: start) == nil)
    }

    @Test func `a later answer replaces an earlier one`() {
        var cache = AnswerCache(entries: 10)
        cache.store(answer(1, ttl: 100), for: question(1), now: start)
        cache.store(answer(1, ttl: 5), for: question(1), now: start)
        #expect(cache.answer(to: question(1), now: start)?.ttl == 5)
    }

    @Test func `it is bounded and keeps what is used`() {
        var cache = AnswerCache(entries: 100)
        cache.store(answer(0, ttl: 1_000), for: question(0), now: start)
        for number in 1...1_000 {
            cache.store(answer(number, ttl: 1_000), for: question(number), now: start)
            #expect(cache.answer(to: question(0), now: start) != nil)
            #expect(cache.count <= 100)
        }
        #expect(cache.answer(to: question(1_000), now: start) != nil)
        #expect(cache.answer(to: question(1), now: start) == nil)
    }

    @Test func `large answers leave room for fewer`() {
        var cache = AnswerCache(entries: 100)
        for number in 0..<100 {
            let text = [UInt8](repeating: 1, count: 20_000)
            let large = StoredAnswer.txt(DNSAnswer(name: "a.example", status: .secure, outcome: .records([text]), ttl: 100))
            cache.store(large, for: question(number), now: start)
            #expect(cache.octets <= 100 * 1024)
        }
        #expect((1...5).contains(cache.count))
    }

    @Test(arguments: [0, -5]) func `without room nothing is kept`(capacity: Int) {
        var cache = AnswerCache(entries: capacity)
        cache.store(answer(1, ttl: 100), for: question(1), now: start)
        #expect(cache.count == 0)
    }
}
