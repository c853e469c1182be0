import Testing

@testable import Basics

/// Seconds on a clock of the tests.
extension Int: SteadyInstant {}

@Suite struct BoundedCacheTests {
    private typealias Cache = BoundedCache<Int, Int, Int>

    private func cache(_ capacity: Int, octetLimit: Int = .max) -> Cache { Cache(capacity: capacity, octetLimit: octetLimit) }

    @Test func `it holds no more than its bound`() {
        var cache = cache(10)
        for number in 0..<1000 { cache.store(number, for: number, until: nil, octets: 0, now: 0) }
        #expect(cache.count == 10)
        #expect(cache.value(for: 999, now: 0) == 999)
        #expect(cache.value(for: 0, now: 0) == nil)
    }

    @Test func `what has not expired can be looked through`() {
        var cache = cache(10)
        cache.store(1, for: 1, until: 5, octets: 0, now: 0)
        cache.store(2, for: 2, until: nil, octets: 0, now: 0)
        cache.store(3, for: 3, until: 9, octets: 0, now: 0)
        cache.remove(3)
        #expect(Set(cache.entries(now: 4).map(\.key)) == [1, 2])
        #expect(cache.entries(now: 5).map(\.value) == [2])
    }

    @Test(arguments: [0, -1]) func `without room it keeps nothing`(capacity: Int) {
        var cache = cache(capacity)
        cache.store(1, for: 1, until: nil, octets: 0, now: 0)
        #expect(cache.count == 0 && cache.octets == 0)
    }

    @Test func `it holds no more octets than its bound`() {
        var cache = cache(1000, octetLimit: 10_000)
        for number in 0..<1000 {
            cache.store(number, for: number, until: nil, octets: 1000, now: 0)
            #expect(cache.octets <= 10_000)
        }
        #expect(cache.count == 10_000 / Cache.cost(octets: 1000))
        #expect(cache.value(for: 999, now: 0) == 999)
        // One that is larger than all of it takes the place of nothing, and ends an earlier value.
        cache.store(-1, for: 999, until: nil, octets: 10_000, now: 0)
        #expect(cache.value(for: 999, now: 0) == nil)
        #expect(cache.value(for: 998, now: 0) == 998)
    }

    @Test func `an entry that grows makes room for itself and stays`() {
        var cache = cache(10, octetLimit: 5000)
        for number in 0..<5 { cache.store(number, for: number, until: nil, octets: 500, now: 0) }
        cache.store(7, for: 0, until: nil, octets: 4000, now: 0)
        #expect(cache.value(for: 0, now: 0) == 7)
        #expect(cache.octets <= 5000 && cache.count == 2)
    }

    @Test func `what is in use survives a flood of others`() {
        var cache = cache(10)
        cache.store(7, for: -1, until: nil, octets: 0, now: 0)
        for number in 0..<1000 {
            #expect(cache.value(for: -1, now: 0) == 7)
            cache.store(number, for: number, until: nil, octets: 0, now: 0)
        }
        #expect(cache.value(for: -1, now: 0) == 7)
    }

    @Test func `an entry is there until it expires and not a moment longer`() {
        var cache = cache(10)
        cache.store(7, for: 1, until: 100, octets: 0, now: 0)
        #expect(cache.value(for: 1, now: 99) == 7)
        #expect(cache.entry(for: 1, now: 99)?.expires == 100)
        #expect(cache.value(for: 1, now: 100) == nil)
        #expect(cache.count == 0 && cache.octets == 0)
        // A new value has a time of its own.
        cache.store(8, for: 1, until: 200, octets: 0, now: 100)
        cache.store(9, for: 1, until: 300, octets: 0, now: 100)
        #expect(cache.value(for: 1, now: 250) == 9)
    }

    @Test func `an expired entry gets no second chance`() {
        var cache = cache(2)
        cache.store(1, for: 1, until: 100, octets: 0, now: 0)
        cache.store(2, for: 2, until: 1000, octets: 0, now: 0)
        #expect(cache.value(for: 1, now: 99) == 1)
        cache.store(3, for: 3, until: 1000, octets: 0, now: 100)
        #expect(cache.value(for: 2, now: 100) == 2 && cache.value(for: 3, now: 100) == 3)
    }

    @Test func `removing makes room and forgets`() {
        var cache = cache(3)
        for number in 1...3 { cache.store(number, for: number, until: nil, octets: 0, now: 0) }
        cache.remove(2)
        #expect(cache.count == 2)
        cache.store(4, for: 4, until: nil, octets: 0, now: 0)
        #expect([1, 2, 3, 4].map { cache.value(for: $0, now: 0) } == [1, nil, 3, 4])
        cache.removeAll()
        #expect(cache.count == 0 && cache.octets == 0 && cache.value(for: 1, now: 0) == nil)
    }

    @Test func `what never ages needs no clock`() {
        var cache = BoundedCache<Int, Int, Never>(capacity: 2, octetLimit: .max)
        for number in 1...3 { cache.store(number, for: number, octets: 0) }
        #expect([1, 2, 3].map { cache.value(for: $0) } == [nil, 2, 3])
    }

    @Test func `any sequence of operations agrees with a dictionary on what is there`() {
        var cache = cache(8, octetLimit: 2000)
        var generator = SystemRandomNumberGenerator()
        var stored: [Int: (value: Int, expires: Int)] = [:]
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<24, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                cache.remove(key)
                stored[key] = nil
            case 1:
                if let value = cache.value(for: key, now: step) {
                    #expect(value == stored[key]?.value)
                    #expect(step < stored[key]?.expires ?? 0)
                }
            default:
                let expires = step + Int.random(in: 1..<50, using: &generator)
                cache.store(step, for: key, until: expires, octets: Int.random(in: 0..<400, using: &generator), now: step)
                stored[key] = (step, expires)
                #expect(cache.value(for: key, now: step) == step)
            }
            #expect(cache.count <= 8 && cache.octets <= 2000)
        }
        for key in 0..<24 { cache.remove(key) }
        #expect(cache.count == 0 && cache.octets == 0)
    }
}
