import Basics
import Testing

@testable import Basics

@Suite struct BoundedCacheTests {
    @Test func `it holds no more than its bound`() {
        var cache = BoundedCache<Int, Int>(capacity: 10)
        for number in 0..<1000 { cache[number] = number }
        #expect(cache.count == 10)
        #expect(cache[999] == 999)
        #expect(cache[0] == nil)
    }

    @Test func `what is in use survives a flood of others`() {
        var cache = BoundedCache<Int, Int>(capacity: 10)
        cache[-1] = 7
        for number in 0..<1000 {
            #expect(cache[-1] == 7)
            cache[number] = number
        }
        #expect(cache[-1] == 7)
    }

    @Test func `removing makes room and forgets`() {
        var cache = BoundedCache<Int, Int>(capacity: 3)
        for number in 1...3 { cache[number] = number }
        cache[2] = nil
        #expect(cache.count == 2)
        cache[4] = 4
        #expect(cache[1] == 1 && cache[2] == nil && cache[3] == 3 && cache[4] == 4)
    }

    @Test func `any sequence of operations agrees with a dictionary on what is there`() {
        var cache = BoundedCache<Int, Int>(capacity: 8)
        var generator = SystemRandomNumberGenerator()
        var stored: [Int: Int] = [:]
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<24, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                cache[key] = nil
                stored[key] = nil
            case 1:
                if let value = cache[key] { #expect(value == stored[key]) }
            default:
                cache[key] = step
                stored[key] = step
                #expect(cache[key] == step)
            }
            #expect(cache.count <= 8)
        }
    }
}
