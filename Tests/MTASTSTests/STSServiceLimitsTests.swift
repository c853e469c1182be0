import DNSTesting
import FoundationEssentials
import MTASTSTesting
import TestSupport
import Testing

@testable import MTASTS

/// Back-off, deadlines, forced checks, floods and clocks.
@Suite struct STSServiceLimitsTests {
    let fixture = ServiceFixture()
    var service: STSService { fixture.service }
    static let notFound = STSFailure(.fetchError, "HTTP 404")

    @Test func `a failed fetch is not repeated for 5 minutes, then longer, up to an hour`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        for (fetches, pause) in [(1, 300), (2, 600), (3, 1200), (4, 2400), (5, 3600), (6, 3600)] {
            #expect(await fixture.status() == .none(.fetchFailed(Self.notFound)))
            #expect(fixture.fetcher.fetches == fetches)
            fixture.clock.advance(pause - 1)
            #expect(await fixture.status() == .none(.fetchFailed(Self.notFound)))
            #expect(fixture.fetcher.fetches == fetches)
            fixture.clock.advance(1)
        }
        #expect(fixture.log.lines == ["notice: MTA-STS: policy could not be fetched"])
    }

    @Test func `a new id ends the back-off`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        _ = await fixture.status()
        fixture.clock.advance(60)
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.set("a.test")
        // The answer itself is good for the back-off or the TTL, whichever ends first.
        #expect(await fixture.status() == .none(.fetchFailed(Self.notFound)))
        #expect(await fixture.status(force: true).policy?.id == "2")
        #expect(fixture.fetcher.fetches == 2)
    }

    @Test func `a cached policy with a failing successor is noted while the back-off lasts`() async {
        await fixture.cache()
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.fail("a.test")
        fixture.clock.advance(300)
        #expect(await fixture.status().failure == Self.notFound)
        service.forget(domain: "other.test")
        fixture.clock.advance(299)
        #expect(await fixture.status(force: true).failure == Self.notFound)
        #expect(fixture.fetcher.fetches == 2)
        #expect(fixture.log.lines == ["warning: MTA-STS: policy could not be fetched"])
    }

    @Test func `past the deadline the answer is pending, and the check goes on`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.set("a.test")
        fixture.fetcher.gate.close()
        let impatient = Task { await service.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(20)) }
        await fixture.fetcher.gate.arrived(1)
        await fixture.clock.slept(1)
        fixture.clock.advance(20)
        #expect(await impatient.value == .pending)
        fixture.fetcher.gate.open()
        #expect(await fixture.status().policy?.id == "1")
        #expect(fixture.fetcher.fetches == 1)
    }

    /// The answer to a caller who waits 20 seconds for a policy host that hangs, asked for the `fetches`th time.
    private func impatient(fetches: Int) async -> STSStatus {
        let caller = Task { await service.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(20)) }
        await fixture.fetcher.gate.arrived(fetches)
        await fixture.clock.slept(1)
        fixture.clock.advance(20)
        return await caller.value
    }

    @Test func `a policy host that hangs holds up mail for 15 minutes from the first attempt`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.set("a.test")
        fixture.fetcher.gate.close()
        #expect(await impatient(fetches: 1) == .pending)
        fixture.clock.advance(840)
        #expect(await impatient(fetches: 1) == .pending)
        fixture.clock.advance(20)
        #expect(await impatient(fetches: 1) == .none(.fetchFailed(STSFailure(.fetchError, "no answer within 15 minutes"))))
        // The fetch goes on, and its result counts.
        fixture.fetcher.gate.open()
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `a policy host that failed last time holds up nobody while it hangs`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.fail("a.test")
        #expect(await fixture.status() == .none(.fetchFailed(Self.notFound)))
        // Postfix comes again after 5, 10 and 20 minutes, when the failure is no longer good for an answer.
        fixture.clock.advance(600)
        fixture.fetcher.gate.close()
        #expect(await impatient(fetches: 2) == .none(.fetchFailed(Self.notFound)))
        fixture.fetcher.set("a.test")
        fixture.fetcher.gate.open()
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `DNS that stays silent about a domain whose policy has ended holds up mail for 15 minutes`() async {
        await fixture.cache(maxAge: 86_400)
        fixture.clock.advance(86_400)
        fixture.dns.fail(sts: "a.test")
        #expect(await fixture.status() == .pending)
        fixture.clock.advance(899)
        #expect(await fixture.status() == .pending)
        fixture.clock.advance(1)
        #expect(await fixture.status().failure?.resultType == .fetchError)
    }

    @Test func `a store that fails is not waited for and not given up`() async {
        await fixture.cache()
        fixture.store.set(isBroken: true)
        service.forget(domain: "a.test")
        fixture.dns.fail(sts: "a.test")
        for _ in 0..<4 {
            #expect(await fixture.status() == .pending)
            fixture.clock.advance(900)
        }
    }

    @Test func `past the deadline a cached policy is the answer, also just after a restart`() async {
        await fixture.cache()
        fixture.clock.advance(1801)
        fixture.dns.gate.close()
        for service in [service, fixture.restarted()] {
            let arrivals = fixture.dns.asked.count
            let impatient = Task { await service.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(20)) }
            await fixture.dns.gate.arrived(arrivals + 1)
            await fixture.clock.slept(1)
            fixture.clock.advance(20)
            #expect(await impatient.value.policy?.id == "1")
        }
        fixture.dns.gate.open()
    }

    @Test func `a cancelled caller leaves at once, and the check goes on`() async {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.set("a.test")
        fixture.fetcher.gate.close()
        let caller = Task { await fixture.status() }
        await fixture.fetcher.gate.arrived(1)
        caller.cancel()
        #expect(await caller.value == .pending)
        fixture.fetcher.gate.open()
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `a forced check asks DNS anew, at most every 5 minutes`() async {
        await fixture.cache()
        #expect(await fixture.status(force: true).policy?.id == "1")
        #expect(fixture.dns.refreshes == 1)
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.set("a.test", mx: ["new.example.test"])
        fixture.clock.advance(299)
        #expect(await fixture.status(force: true).policy?.id == "1")
        #expect(fixture.dns.refreshes == 1)
        fixture.clock.advance(1)
        let policy = await fixture.status(force: true).policy
        #expect(policy?.id == "2" && policy?.policy.mx == ["new.example.test"])
        #expect(fixture.dns.refreshes == 2)
        #expect(fixture.fetcher.fetches == 2)
    }

    @Test func `a forced check does not make do with one that began before`() async {
        await fixture.cache()
        fixture.clock.advance(1801)
        fixture.dns.gate.close()
        let ordinary = Task { await fixture.status() }
        await fixture.dns.gate.arrived(2)
        let forced = Task { await fixture.status(force: true) }
        // Both callers wait for the one check, by one timer.
        while fixture.service.state.withLock({ $0.checks["a.test"]?.waiting }) != 2 { await Task.yield() }
        fixture.dns.gate.open()
        _ = await (ordinary.value, forced.value)
        #expect(fixture.dns.refreshes == 1)
        #expect(fixture.dns.asked.count == 3)
    }

    @Test func `a flood of other domains does not evict a policy`() async {
        let fixture = ServiceFixture { $0.cacheEntries = 10 }
        await fixture.cache()
        for index in 0..<100 { _ = await fixture.status("flood-\(index).test") }
        #expect(fixture.service.state.withLock { $0.entries.count } <= 20)
        fixture.dns.fail(sts: "a.test")
        #expect(fixture.service.cachedStatus(domain: "a.test") == nil)
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `too many checks at a time are answered with pending`() async {
        let fixture = ServiceFixture { $0.mostChecks = 2 }
        fixture.dns.gate.close()
        let held = ["a.test", "b.test"].map { domain in Task { await fixture.status(domain) } }
        await fixture.dns.gate.arrived(2)
        #expect(await fixture.status("c.test") == .pending)
        fixture.dns.gate.open()
        for task in held { #expect(await task.value == .none(.noRecord)) }
        #expect(await fixture.status("c.test") == .none(.noRecord))
    }

    @Test func `too many checks at a time do not hold up a domain whose policy is in the store`() async {
        let fixture = ServiceFixture { $0.mostChecks = 2 }
        await fixture.cache()
        fixture.service.forget(domain: "a.test")
        fixture.dns.gate.close()
        let arrived = fixture.dns.gate.arrivals
        let held = ["b.test", "c.test"].map { domain in Task { await fixture.status(domain) } }
        await fixture.dns.gate.arrived(arrived + 2)
        #expect(await fixture.status().policy?.id == "1")
        #expect(await fixture.status("d.test") == .pending)
        fixture.dns.gate.open()
        for task in held { _ = await task.value }
    }

    @Test func `use is noted once a day`() async {
        await fixture.cache()
        let first = fixture.clock.wall
        fixture.clock.advance(86_400)
        _ = await fixture.status()
        #expect(fixture.store["a.test"]?.lastUsed == first)
        fixture.clock.advance(1801)
        _ = await fixture.status()
        #expect(fixture.store["a.test"]?.lastUsed == fixture.clock.wall)
    }
}
