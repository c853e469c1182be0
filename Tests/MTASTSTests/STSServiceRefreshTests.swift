import DNSTesting
import FoundationEssentials
import MTASTSTesting
import Records
import TestSupport
import Testing

@testable import MTASTS

@Suite struct STSServiceRefreshTests {
    let fixture = ServiceFixture()
    var service: STSService { fixture.service }

    @Test func `a policy is fetched again within a day, and its life begins anew`() async {
        await fixture.cache()
        fixture.clock.advance(77_000)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 1)
        fixture.clock.advance(9_400)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 2)
        #expect(fixture.store["a.test"]?.expires == fixture.clock.wall.addingTimeInterval(604_800))
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 2)
    }

    @Test func `a short-lived policy is fetched again at half its life`() async {
        await fixture.cache(maxAge: 7200)
        fixture.clock.advance(3200)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 1)
        fixture.clock.advance(400)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 2)
    }

    @Test func `domains are refreshed at different times, at most a tenth early`() async throws {
        var times: Set<Date> = []
        for index in 0..<20 {
            await fixture.cache("\(index).example.test")
            let row = try #require(fixture.store["\(index).example.test"])
            let seconds = row.refreshAt.timeIntervalSince(row.fetchedAt)
            #expect((77_760...86_400).contains(seconds))
            times.insert(row.refreshAt)
        }
        #expect(times.count > 10)
    }

    @Test func `a refresh takes the new policy though the id is the same, and the new id`() async {
        await fixture.cache()
        fixture.fetcher.set("a.test", mx: ["new.example.test"])
        fixture.clock.advance(86_400)
        await service.refreshDue()
        #expect(fixture.store["a.test"]?.policy.mx == ["new.example.test"])
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.clock.advance(86_400)
        await service.refreshDue()
        #expect(fixture.store["a.test"]?.id == "2")
        fixture.dns.set(sts: "a.test")
        fixture.clock.advance(86_400)
        await service.refreshDue()
        #expect(fixture.store["a.test"]?.id == "2")
        #expect(fixture.fetcher.fetches == 4)
    }

    @Test func `a warm answer changes with the refresh`() async {
        await fixture.cache()
        fixture.clock.advance(86_400)
        #expect(await fixture.status().policy?.policy.mode == .enforce)
        fixture.fetcher.set("a.test", mode: .none)
        await service.refreshDue()
        #expect(service.cachedStatus(domain: "a.test")?.cached?.policy.mode == STSMode.none)
    }

    @Test func `a refresh that fails keeps the policy, alerts, and is tried at least three times before expiry`() async throws {
        for maxAge in [3600, 86_400, 604_800] {
            let fixture = ServiceFixture()
            await fixture.cache(maxAge: maxAge)
            let expires = try #require(fixture.store["a.test"]?.expires)
            fixture.fetcher.fail("a.test")
            while fixture.clock.wall < expires {
                await fixture.service.refreshDue()
                fixture.clock.advance(60)
            }
            #expect(fixture.fetcher.fetches >= 4)
            #expect(fixture.store["a.test"]?.expires == expires)
            #expect(fixture.store["a.test"]?.lastError == "sts-policy-fetch-error: HTTP 404")
            #expect(
                fixture.log.lines == [
                    "warning: MTA-STS: policy could not be refreshed",
                    "error: MTA-STS: cached policy expires soon and cannot be refreshed",
                ])
        }
    }

    @Test func `failing refreshes back off to an hour`() async {
        await fixture.cache()
        fixture.fetcher.fail("a.test")
        fixture.clock.advance(86_400)
        for _ in 0..<1440 {
            await service.refreshDue()
            fixture.clock.advance(60)
        }
        // 5 + 10 + 20 + 40 minutes, then hourly: about 26 in a day.
        #expect((20...30).contains(fixture.fetcher.fetches - 1))
    }

    @Test func `a policy of mode none is refreshed without alerts`() async {
        await fixture.cache(mode: .none)
        fixture.fetcher.fail("a.test")
        fixture.clock.advance(86_400)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 2)
        #expect(fixture.log.lines == [])
    }

    @Test func `a domain without mail for 30 days is not refreshed`() async {
        await fixture.cache(maxAge: 86_400 * 90)
        await fixture.cache("b.test", maxAge: 86_400 * 7)
        var refreshes = 0
        for day in 1...100 {
            fixture.clock.advance(86_400)
            let before = fixture.fetcher.fetches
            await service.refreshDue()
            refreshes += fixture.fetcher.fetches - before
            if day == 29 { #expect(refreshes == 58) }
        }
        #expect(refreshes == 29 + 89)
    }

    @Test func `an operator may refresh at any time`() async throws {
        #expect(await service.refresh(domain: "a.test") == nil)
        await fixture.cache()
        fixture.clock.advance(10)
        let good = try #require(await service.refresh(domain: "A.test"))
        #expect(good.failure == nil && good.policy.fetchedAt == fixture.clock.wall)
        fixture.fetcher.fail("a.test")
        let bad = try #require(await service.refresh(domain: "a.test"))
        #expect(bad.failure == STSFailure(.fetchError, "HTTP 404") && bad.policy.fetchedAt == fixture.clock.wall)
    }

    @Test func `a check that needs a fetch waits for a refresh that runs, and stores its text under the right id`() async {
        await fixture.cache()
        fixture.clock.advance(86_400)
        fixture.fetcher.gate.close()
        let refresh = Task { await service.refreshDue() }
        await fixture.fetcher.gate.arrived(2)
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        let check = Task { await fixture.status() }
        await fixture.dns.gate.arrived(3)
        fixture.fetcher.set("a.test", mx: ["new.example.test"])
        fixture.fetcher.gate.open()
        await refresh.value
        let policy = await check.value.policy
        #expect(policy?.id == "2" && policy?.policy.mx == ["new.example.test"])
        #expect(fixture.fetcher.fetches == 3)
    }

    @Test func `the refresher runs until it is cancelled`() async {
        await fixture.cache()
        let run = Task { await service.run() }
        await fixture.clock.slept(1)
        fixture.clock.advance(86_400)
        await fixture.fetcher.gate.arrived(2)
        run.cancel()
        await run.value
    }

    @Test func `more policies than a page are all refreshed, a few at a time`() async {
        for index in 0..<250 { await fixture.cache("d\(index).test") }
        fixture.clock.advance(86_400)
        await service.refreshDue()
        #expect(fixture.fetcher.fetches == 500)
    }
}
