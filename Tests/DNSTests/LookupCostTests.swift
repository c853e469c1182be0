import Glibc
import Testing

@testable import DNS

/// What look-ups cost in CPU time of this process; the figures are printed. The bounds hold for a debug build beside other tests, and catch
/// what is wrong by an order of magnitude.
extension ValidatingResolverTests {
    @Test func `a look-up past the cache costs well under a millisecond of CPU`() async throws {
        let resolver = try #require(DNSLab.current).resolver()
        let count = 5_000
        let cost = try await Self.cost(of: count) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    // At most 100 at a time, so that unbound's queue holds them.
                    if number >= 100 { try await group.next() }
                    // Different names, so that none shares another's query; the wildcard answers them all.
                    group.addTask {
                        let answer = try await resolver.txt("n\(number % 200).wild.secure.lab", refresh: true)
                        #expect(answer.status == .secure)
                    }
                }
                try await group.waitForAll()
            }
        }
        print("DNS: \(cost) us CPU for a look-up past the cache")
        #expect(cost < 5_000)
        await resolver.shutdown()
    }

    @Test func `a cached look-up costs microseconds of CPU`() async throws {
        let resolver = try #require(DNSLab.current).resolver()
        _ = try await resolver.mx("secure.lab", refresh: false)
        let count = 20_000
        let cost = try await Self.cost(of: count) {
            for _ in 0..<count { _ = try await resolver.mx("secure.lab", refresh: false) }
        }
        print("DNS: \(cost) us CPU for a cached look-up")
        #expect(cost < 500)
        await resolver.shutdown()
    }

    /// CPU time of this process in microseconds for each of `count` units of `body`.
    private static func cost(of count: Int, _ body: () async throws -> Void) async throws -> Double {
        let before = cpuTime()
        try await body()
        return (cpuTime() - before) / Double(count)
    }

    private static func cpuTime() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) * 1_000_000 + Double($1.tv_usec) }
    }
}
