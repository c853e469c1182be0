import Basics
import FoundationEssentials
import NIOCore
import Records
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

    @Test func `all that was learned is told, with the time at which it is forgotten`() {
        let shared = SharedState(capacity: 10)
        let other = IPAddress(ipv4: 0xcb00_711a)
        shared.noteMissingKeywords(["CHUNKING"], at: World.address, now: start)
        shared.brokenTLS.note("connection closed", at: other, secured: start, now: start + .minutes(10))
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        let keyword = LearnedFact(address: World.address, kind: .missingKeyword, what: "CHUNKING", until: time + 50 * 60)
        let broken = LearnedFact(
            address: other, kind: .brokenTLS, what: "TLS broke after the handshake lately, once: connection closed", until: time + 30 * 60)
        #expect(shared.learned(about: nil, now: start + .minutes(10), time: time) == [keyword, broken])
        #expect(shared.learned(about: other, now: start + .minutes(10), time: time) == [broken])
        #expect(shared.learned(about: nil, now: start + .hours(1), time: time) == [])
    }

    @Test(arguments: [(0, 0), (300, 300), (7200, 7200), (604_800, 7200)])
    func `a TLS session is kept for its own lifetime, at most two hours`(lifetime: Int, kept: Int64) {
        #expect(TLSSessionCache.end(ofLifetime: lifetime, from: start) == start + .seconds(kept))
    }
}
