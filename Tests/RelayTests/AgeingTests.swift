import Basics
import NIOCore
import Testing

@testable import Relay

/// What sessions learn from one another ends some time.
@Suite struct AgeingTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test func `a keyword that a server lacked is missing for an hour, each from when it was last lacked`() {
        let shared = SharedState(capacity: 10)
        shared.noteMissingKeywords(["CHUNKING"], at: World.address, now: start)
        shared.noteMissingKeywords(["DSN"], at: World.address, now: start + .minutes(50))
        #expect(shared.missingKeywords(at: World.address, now: start + .minutes(59)) == ["CHUNKING", "DSN"])
        #expect(shared.missingKeywords(at: World.address, now: start + .hours(1)) == ["DSN"])
        #expect(shared.missingKeywords(at: World.address, now: start + .minutes(110)) == [])
    }

    @Test(arguments: [(0, 0), (300, 300), (7200, 7200), (604_800, 7200)])
    func `a TLS session is kept for its own lifetime, at most two hours`(lifetime: Int, kept: Int64) {
        #expect(TLSSessionCache.end(ofLifetime: lifetime, from: start) == start + .seconds(kept))
    }
}
