import FoundationEssentials
import MTASTSTesting
import TestSupport
import Testing

@testable import MTASTS

/// Wall clocks that leap.
@Suite struct STSServiceClockTests {
    let fixture = ServiceFixture()
    static let forward = 40 * 86_400
    static let back = -2 * 3600

    /// A policy is cached, and neither DNS nor its host can be reached; then the clock leaps.
    private func cacheThenLeap(_ seconds: Int) async {
        await fixture.cache()
        fixture.dns.fail(sts: "a.test")
        fixture.fetcher.fail("a.test")
        fixture.clock.advance(1000)
        fixture.clock.step(seconds)
    }

    @Test(arguments: [forward, back, -3650 * 86_400]) func `a leap neither ends a policy nor prolongs it`(seconds: Int) async {
        await cacheThenLeap(seconds)
        for _ in 0..<6 {
            #expect(await fixture.status().policy?.id == "1")
            fixture.clock.advance(86_400)
        }
        fixture.clock.advance(604_800 - 1000 - 6 * 86_400 - 1)
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(1)
        #expect(fixture.service.cachedStatus(domain: "a.test") == nil)
        #expect(await fixture.status() == .pending)
    }

    @Test(arguments: [forward, back]) func `nor one that is in the store only`(seconds: Int) async {
        await cacheThenLeap(seconds)
        fixture.service.forget(domain: "a.test")
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(603_799)
        fixture.service.forget(domain: "a.test")
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(1)
        fixture.service.forget(domain: "a.test")
        #expect(await fixture.status() == .pending)
    }

    @Test(arguments: [forward, back]) func `nor across a restart after it`(seconds: Int) async {
        await cacheThenLeap(seconds)
        await fixture.service.refreshDue()
        let restarted = fixture.restarted()
        #expect(await restarted.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(1)).policy?.id == "1")
        fixture.clock.advance(603_800)
        let again = fixture.restarted()
        #expect(await again.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(1)) == .pending)
    }

    @Test func `many small steps add up to no prolongation`() async {
        await cacheThenLeap(0)
        for _ in 0..<100 {
            fixture.clock.step(-299)
            fixture.clock.advance(6000)
            #expect(await fixture.status().policy?.id == "1")
        }
        fixture.clock.advance(3800)
        #expect(await fixture.status() == .pending)
    }

    @Test func `a leap that is taken back leaves no trace in the store`() async {
        await fixture.cache()
        let before = fixture.store["a.test"]
        for seconds in [Self.forward, -Self.forward] {
            fixture.clock.step(seconds)
            await fixture.service.refreshDue()
        }
        #expect(fixture.store["a.test"] == before)
    }

    @Test(arguments: [forward, back]) func `a leap brings no refresh forward, and puts none off`(seconds: Int) async {
        await fixture.cache()
        fixture.clock.step(seconds)
        await fixture.service.refreshDue()
        #expect(fixture.fetcher.fetches == 1)
        fixture.clock.advance(86_400)
        await fixture.service.refreshDue()
        #expect(fixture.fetcher.fetches == 2)
        #expect(fixture.store["a.test"]?.expires == fixture.clock.wall.addingTimeInterval(604_800))
    }

    @Test func `what is stored is not believed while it cannot be moved along`() async {
        await cacheThenLeap(Self.forward)
        fixture.service.forget(domain: "a.test")
        fixture.store.set(isBroken: true)
        #expect(await fixture.status() == .pending)
        fixture.store.set(isBroken: false)
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `a policy that could not be saved before a leap is saved with the life that it has`() async {
        fixture.store.set(isBroken: true)
        await fixture.cache()
        fixture.clock.advance(1801)
        fixture.clock.step(Self.back)
        fixture.store.set(isBroken: false)
        #expect(await fixture.status().policy?.id == "1")
        #expect(fixture.store["a.test"]?.expires == fixture.clock.wall.addingTimeInterval(604_800 - 1801))
    }

    @Test func `a policy from a clock that was ahead before a restart lives no longer than its max_age from now`() async throws {
        await fixture.cache()
        fixture.clock.step(-3650 * 86_400)
        let restarted = fixture.restarted()
        _ = await restarted.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(1))
        #expect(fixture.store["a.test"]?.expires == fixture.clock.wall.addingTimeInterval(604_800))
    }

    @Test func `the clock of expiry goes steadily, and tells by how much the other leapt`() {
        let clock = ManualClock()
        var expiry = ExpiryClock(clock)
        func now() -> Date { expiry.now(wall: clock.wall, instant: clock.instant) }
        let start = clock.wall
        clock.step(300)
        #expect(now() == start && expiry.unsettled == 0)
        clock.step(-600)
        clock.advance(1000)
        #expect(now() == start + 1000 && expiry.leaps == 0)
        clock.step(1_000_300)
        #expect(now() == clock.wall && abs(expiry.unsettled - 1_000_000) < 1e-3 && expiry.leaps == 1)
        expiry.settle(1_000_000)
        clock.advance(7)
        #expect(now() == clock.wall && abs(expiry.unsettled) < 1e-3 && expiry.leaps == 1)
    }
}
