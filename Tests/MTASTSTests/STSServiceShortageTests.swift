import Basics
import DNSTesting
import Foundation
import MTASTSTesting
import TestSupport
import Testing

@testable import MTASTS

/// What is short on our side: turns to fetch, and memory.
@Suite struct STSServiceShortageTests {
    let fixture = ServiceFixture()

    @Test func `a fetch that is not made is not held against the policy host`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.refuse("a.test")
        #expect(await fixture.status() == .pending)
        #expect(await fixture.status() == .pending)
        #expect(fixture.log.lines == ["warning: MTA-STS: policy not fetched, through no fault of its host"])
        // There is room again, and nothing to wait for.
        fixture.fetcher.set("a.test")
        #expect(await fixture.status().policy?.id == "1")
        #expect(fixture.fetcher.fetches == 3)
    }

    @Test func `meanwhile what is cached applies, and holds nobody up`() async {
        await fixture.cache()
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.refuse("a.test")
        fixture.clock.advance(301)
        let status = await fixture.status()
        #expect(status.policy?.id == "1" && status.failure == nil)
        #expect(fixture.store["a.test"]?.lastError == nil)
        #expect(fixture.service.cachedStatus(domain: "a.test") == status)
        fixture.clock.advance(60)
        fixture.fetcher.set("a.test")
        #expect(await fixture.status().policy?.id == "2")
    }

    @Test func `a refresh that is not made is tried at the next pass`() async {
        await fixture.cache()
        fixture.fetcher.refuse("a.test")
        fixture.clock.advance(86_400)
        await fixture.service.refreshDue()
        #expect(fixture.store["a.test"]?.lastError == nil)
        await fixture.service.refreshDue()
        #expect(fixture.fetcher.fetches == 3)
        #expect(await fixture.service.refresh(domain: "a.test")?.failure == STSFailure(.fetchError, "scripted"))
    }

    /// A policy of nearly 64 KiB, of as many patterns as possible, which begin with this number.
    private static func patterns(_ number: Int) -> [String] {
        (0..<4500).map { "p\(number % 900 + 100)-\($0 + 1000)" }
    }

    @Test func `long policies of strangers push out by octets, and what was pushed out is read back`() async {
        let fixture = ServiceFixture { $0.cacheOctets = 4 << 20 }
        await fixture.cache()
        for number in 0..<50 {
            let domain: DomainName = "d\(number).test"
            fixture.dns.set(sts: domain, "v=STSv1; id=1")
            fixture.fetcher.set(domain, mx: Self.patterns(number))
            #expect(await fixture.status(domain).policy?.policy.mx.count == 4500)
            #expect(fixture.service.state.withLock { $0.entries.octets } <= 4 << 20)
        }
        #expect(fixture.service.cachedStatus(domain: "a.test") == nil)
        fixture.dns.fail(sts: "a.test")
        fixture.fetcher.fail("a.test")
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `a policy counts what it takes`() throws {
        func inUse() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return try #require(fields.count > 1 ? Int(fields[1]) : nil) * 4096
        }
        let texts = (0..<200).map { number in
            Array(
                (["version: STSv1", "mode: enforce", "max_age: 1"] + Self.patterns(number).map { "mx:\($0)" }).joined(separator: "\n").utf8)
        }
        let before = try inUse()
        let policies = try texts.map { text in
            CachedPolicy(
                domain: "a.test", id: "1", fetched: FetchedPolicy(policy: try STSPolicy.parse(text)), now: .distantPast,
                lastUsed: .distantPast)
        }
        let taken = try inUse() - before
        let counted = policies.reduce(0) { $0 + $1.octets }
        #expect(taken < counted * 3 / 2, "\(taken) octets are taken, \(counted) counted")
    }

    @Test func `a pattern that is repeated is kept once`() throws {
        let lines = ["version: STSv1", "mode: enforce", "max_age: 1"] + Array(repeating: "mx: mx.example.test", count: 3000)
        let policy = try STSPolicy.parse(Array(lines.joined(separator: "\n").utf8))
        #expect(policy.mx == ["mx.example.test"])
    }
}
