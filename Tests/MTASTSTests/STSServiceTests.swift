import Basics
import DNS
import DNSTesting
import FoundationEssentials
import Logging
import MTASTSTesting
import Records
import TestSupport
import Testing

@testable import MTASTS

/// A policy service with a script for everything it asks.
struct ServiceFixture {
    let clock = ManualClock()
    let dns = ScriptedResolver()
    let fetcher = ScriptedPolicyFetcher()
    let store = MemoryPolicyStore()
    let log = LogRecorder()
    let service: STSService

    init(_ change: (inout STSSettings) -> Void = { _ in }) {
        var settings = STSSettings()
        change(&settings)
        service = STSService(
            settings: settings, resolver: dns, store: store, fetcher: fetcher, clock: clock, logger: log.logger)
    }

    /// The status as found out, however long it takes.
    func status(_ domain: DomainName = "a.test", force: Bool = false) async -> STSStatus {
        await service.status(domain: domain, deadline: clock.instant + .seconds(1_000_000_000), forceIDCheck: force)
    }

    /// The domain has this policy, and it is cached.
    func cache(_ domain: DomainName = "a.test", id: String = "1", mode: STSMode = .enforce, maxAge: Int = 604_800) async {
        dns.set(sts: domain, "v=STSv1; id=\(id)")
        fetcher.set(domain, mode: mode, maxAge: maxAge)
        _ = await status(domain)
    }

    /// A service after a restart: the same store, nothing in memory.
    func restarted() -> STSService {
        STSService(resolver: dns, store: store, fetcher: fetcher, clock: clock, logger: log.logger)
    }
}

@Suite struct STSServiceTests {
    let fixture = ServiceFixture()
    var service: STSService { fixture.service }

    @Test func `a first delivery fetches and stores the policy`() async throws {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.set("a.test")
        let policy = try #require(await fixture.status().policy)
        #expect(policy.id == "1" && policy.policy.mode == .enforce && policy.sourceAddress == ip("192.0.2.1"))
        #expect(policy.expires == fixture.clock.wall.addingTimeInterval(604_800))
        #expect(fixture.store["a.test"] == policy)
        #expect(service.cachedStatus(domain: "A.Test.") == .policy(policy, note: nil))
        #expect(fixture.fetcher.fetches == 1)
    }

    @Test func `many callers share one check`() async throws {
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        fixture.fetcher.set("a.test")
        fixture.fetcher.gate.close()
        await withTaskGroup(of: STSStatus.self) { group in
            for _ in 0..<50 { group.addTask { await fixture.status() } }
            await fixture.fetcher.gate.arrived(1)
            fixture.fetcher.gate.open()
            for await status in group { #expect(status.policy?.id == "1") }
        }
        #expect(fixture.fetcher.fetches == 1)
        #expect(fixture.dns.asked.count == 1)
    }

    @Test(arguments: [
        "192.0.2.1", "", ".", "a\\032b.test", "-a.test", "a-.test", "a.0x7f",
        DomainName(stringLiteral: String(repeating: "a.", count: 123) + "test"),
    ])
    func `what is no policy domain has no policy and costs no look-up`(domain: DomainName) async {
        #expect(await fixture.status(domain) == .none(.notADomain))
        #expect(service.cachedStatus(domain: domain) == STSStatus.none(.notADomain))
        #expect(fixture.dns.asked.count == 0)
    }

    @Test func `no record, several and invalid ones are no policy, for the TTL within bounds`() async {
        let invalid = STSFailure(.policyInvalid, "TXT record: there is no id after v=STSv1")
        for (ttl, lifetime) in [(0, 60), (300, 300), (86_400, 1800)] {
            fixture.dns.set(sts: "none.test", ttl: ttl)
            fixture.dns.set(sts: "several.test", "v=STSv1; id=1", "v=STSv1; id=2", ttl: ttl)
            fixture.dns.set(sts: "invalid.test", "v=STSv1", ttl: ttl)
            for (domain, reason) in [
                ("none.test", .noRecord), ("several.test", .severalRecords), ("invalid.test", .invalidRecord(invalid)),
            ]
                as [(DomainName, STSNoPolicyReason)]
            {
                #expect(await fixture.status(domain) == .none(reason))
            }
            fixture.clock.advance(lifetime - 1)
            #expect(service.cachedStatus(domain: "none.test") == STSStatus.none(.noRecord))
            fixture.clock.advance(1)
            #expect(service.cachedStatus(domain: "none.test") == nil)
        }
        #expect(STSStatus.none(.invalidRecord(invalid)).failure == invalid)
    }

    @Test func `an unchanged id keeps the policy and does not extend it`() async throws {
        await fixture.cache()
        let expires = try #require(fixture.store["a.test"]?.expires)
        fixture.clock.advance(86_400)
        #expect(service.cachedStatus(domain: "a.test") == nil)
        #expect(await fixture.status().policy?.expires == expires)
        #expect(fixture.fetcher.fetches == 1)
        #expect(fixture.store["a.test"]?.lastChecked == fixture.clock.wall)
    }

    @Test func `a changed id replaces the policy`() async {
        await fixture.cache()
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.set("a.test", mode: .testing)
        fixture.clock.advance(301)
        let policy = await fixture.status().policy
        #expect(policy?.id == "2" && policy?.policy.mode == .testing)
        #expect(fixture.store["a.test"] == policy)
    }

    @Test(arguments: [
        STSFailure(.fetchError, "HTTP 404"), STSFailure(.webPKIInvalid, "certificate expired"), STSFailure(.policyInvalid, "x"),
    ])
    func `a changed id that cannot be fetched keeps the old policy until it expires`(failure: STSFailure) async throws {
        await fixture.cache()
        let old = try #require(fixture.store["a.test"])
        fixture.dns.set(sts: "a.test", "v=STSv1; id=2")
        fixture.fetcher.fail("a.test", failure)
        fixture.clock.advance(604_799)
        guard case .policy(let policy, let note) = await fixture.status() else {
            Issue.record("no policy")
            return
        }
        #expect(note == failure)
        #expect(policy.id == "1" && policy.expires == old.expires)
        #expect(fixture.store["a.test"]?.lastError == failure.description)
        fixture.clock.advance(1)
        #expect(service.cachedStatus(domain: "a.test") == nil)
        #expect(await fixture.status() == .none(.fetchFailed(failure)))
    }

    @Test func `a TXT record that goes away, breaks or cannot be looked up keeps the policy`() async {
        await fixture.cache()
        fixture.clock.advance(1801)
        fixture.dns.set(sts: "a.test")
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(1801)
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1", "v=STSv1; id=1")
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(1801)
        fixture.dns.set(sts: "a.test", "v=STSv1; id=!")
        let status = await fixture.status()
        #expect(status.policy?.id == "1" && status.failure?.resultType == .policyInvalid)
        fixture.clock.advance(1801)
        fixture.dns.fail(sts: "a.test")
        #expect(await fixture.status().policy?.id == "1")
        #expect(fixture.fetcher.fetches == 1)
    }

    @Test func `after its expiry a policy is gone if DNS says so, and pending if DNS says nothing`() async {
        await fixture.cache()
        fixture.clock.advance(604_800)
        fixture.dns.fail(sts: "a.test")
        #expect(await fixture.status() == .pending)
        #expect(service.cachedStatus(domain: "a.test") == nil)
        fixture.dns.set(sts: "a.test")
        #expect(await fixture.status() == .none(.noRecord))
    }

    @Test func `a failed look-up of a domain never seen is no policy for a minute`() async {
        fixture.dns.fail(sts: "a.test")
        let status = STSStatus.none(.lookupFailed(DNSFailure(.serverFailure, "scripted")))
        #expect(await fixture.status() == status)
        fixture.clock.advance(59)
        #expect(service.cachedStatus(domain: "a.test") == status)
        fixture.clock.advance(1)
        #expect(service.cachedStatus(domain: "a.test") == nil)
    }

    @Test func `mode none is no policy while it lasts, and is replaced like any other`() async throws {
        await fixture.cache(mode: .none)
        guard case .none(.modeNone(let policy)) = await fixture.status() else {
            Issue.record("a policy")
            return
        }
        #expect(policy.id == "1")
        fixture.clock.advance(1801)
        fixture.dns.fail(sts: "a.test")
        #expect(await fixture.status() == .none(.modeNone(policy)))
        fixture.clock.advance(1801)
        await fixture.cache(id: "2")
        #expect(await fixture.status().policy?.id == "2")
    }

    @Test func `a policy with max_age 0 is used, and not for long`() async {
        await fixture.cache(maxAge: 0)
        #expect(await fixture.status().policy?.id == "1")
        fixture.clock.advance(299)
        #expect(service.cachedStatus(domain: "a.test")?.policy?.id == "1")
        #expect(fixture.fetcher.fetches == 1)
        fixture.clock.advance(1)
        #expect(service.cachedStatus(domain: "a.test") == nil)
        fixture.fetcher.fail("a.test")
        #expect(await fixture.status() == .none(.fetchFailed(STSFailure(.fetchError, "HTTP 404"))))
    }

    @Test func `the policy survives a restart`() async throws {
        await fixture.cache()
        fixture.dns.fail(sts: "a.test")
        let restarted = fixture.restarted()
        #expect(restarted.cachedStatus(domain: "a.test") == nil)
        #expect(await restarted.status(domain: "a.test", deadline: fixture.clock.instant + .seconds(1)).policy?.id == "1")
    }

    @Test func `a store that fails is never taken for a domain without policy`() async {
        await fixture.cache()
        fixture.store.set(isBroken: true)
        fixture.service.forget(domain: "a.test")
        fixture.dns.fail(sts: "a.test")
        #expect(await fixture.status() == .pending)
        fixture.dns.set(sts: "a.test")
        #expect(await fixture.status() == .pending)
        fixture.fetcher.fail("a.test")
        fixture.dns.set(sts: "a.test", "v=STSv1; id=1")
        #expect(await fixture.status() == .pending)
        fixture.store.set(isBroken: false)
        #expect(await fixture.status().policy?.id == "1")
    }

    @Test func `a policy the store could not take is saved with the next check`() async {
        fixture.store.set(isBroken: true)
        await fixture.cache()
        #expect(await fixture.status().policy?.id == "1")
        fixture.store.set(isBroken: false)
        #expect(fixture.store["a.test"] == nil)
        fixture.clock.advance(1801)
        #expect(await fixture.status().policy?.id == "1")
        #expect(fixture.store["a.test"]?.id == "1")
        #expect(fixture.fetcher.fetches == 1)
    }
}
