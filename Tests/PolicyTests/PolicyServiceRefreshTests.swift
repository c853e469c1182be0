import DANE
import DNS
import DNSTesting
import Foundation
import MTASTS
import MTASTSTesting
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// What is looked up again before mail is held, and how long findings about a chain hold.
@Suite struct PolicyServiceRefreshTests {
    let world: World
    let chain: CertificateChain

    init() throws {
        world = try World()
        chain = try TestCertificates.chain("mx1")
    }

    private var service: PolicyService { world.service }

    // MARK: TLSA

    @Test func `a key rolled over since the records were cached is found`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 dane dane-mismatch")
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        // Records of the last 10 s are not asked for again.
        world.clock.advance(10)
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 dane dane-mismatch")
        world.resolver.forgetQuestions()
        world.clock.advance(1)
        let judgement = await service.judge(request(chain), budget: .seconds(60))
        #expect(judgement.summary == "accept dane dane-verified dane-verified")
        #expect(judgement.attempts.refreshed == [.tlsa])
        #expect(world.resolver.asked.contains("TLSA _25._tcp.mx1.example.net anew"))
        #expect(service.knownJudgement(request(chain))?.summary == "accept dane dane-verified dane-verified")
    }

    @Test func `many callers with a wrong certificate cost one new look-up`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        _ = await service.answer(request(chain))
        world.clock.advance(11)
        world.resolver.forgetQuestions()
        world.resolver.gate.close()
        let service = service
        let arrived = world.resolver.gate.arrivals
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { [chain] in await service.answer(request(chain)) } }
            await world.resolver.gate.arrived(arrived + 1)
            world.resolver.gate.open()
            for await answer in group { #expect(answer == "defer 451 4.7.5 dane dane-mismatch") }
        }
        #expect(world.resolver.asked.filter { $0.hasPrefix("TLSA") } == ["TLSA _25._tcp.mx1.example.net anew"])
    }

    @Test func `who judged by what is old already is served by the look-up that others have made since`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        _ = await service.answer(request(chain))
        world.clock.advance(11)
        world.resolver.forgetQuestions()
        let key = PolicyService.Key(domain: "example.net", port: 25)
        let old = try #require(service.knownEvidence(key))
        let deadline = ContinuousClock.now + .seconds(60)
        let first = try #require(await service.evidence(key, refreshing: .tlsa, insteadOf: old, deadline: deadline))
        // The first look-up has landed; whoever asks now has judged by the evidence before it.
        let second = try #require(await service.evidence(key, refreshing: .tlsa, insteadOf: old, deadline: deadline))
        #expect(second === first)
        #expect(world.resolver.asked.filter { $0.hasPrefix("TLSA") } == ["TLSA _25._tcp.mx1.example.net anew"])
        // Who was not served by its result wants another one.
        let third = try #require(await service.evidence(key, refreshing: .tlsa, insteadOf: first, deadline: deadline))
        #expect(third !== first)
        // But the host was asked for within the last ten seconds.
        #expect(world.resolver.asked.count { $0.hasPrefix("TLSA") } == 1)
        world.clock.advance(10)
        _ = await service.evidence(key, refreshing: .tlsa, insteadOf: third, deadline: deadline)
        #expect(world.resolver.asked.count { $0.hasPrefix("TLSA") } == 2)
    }

    @Test func `a look-up from the caches does not stand in for one past them`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        _ = await service.answer(request(chain))
        let key = PolicyService.Key(domain: "example.net", port: 25)
        let old = try #require(service.knownEvidence(key))
        service.forget("example.net")
        let deadline = ContinuousClock.now + .seconds(60)
        let plain = try #require(await service.evidence(key, deadline: deadline))
        #expect(plain.number > old.number)
        world.resolver.forgetQuestions()
        _ = await service.evidence(key, refreshing: .tlsa, insteadOf: old, deadline: deadline)
        #expect(world.resolver.asked.filter { $0.hasPrefix("TLSA") } == ["TLSA _25._tcp.mx1.example.net anew"])
    }

    @Test func `when the new look-up fails the records known so far decide nothing in its place`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        _ = await service.answer(request(chain))
        world.resolver.fail(tlsa: "mx1.example.net", .timeout)
        world.clock.advance(11)
        #expect(await service.answer(request(chain)) == "defer 451 4.4.3 dane host-lookup-failed")
    }

    // MARK: What took how long

    @Test func `the wait for a policy host is none of the DNS`() async throws {
        world.publishSTS()
        world.fetcher.gate.close()
        async let judged = service.judge(request(chain), budget: .seconds(60))
        await world.fetcher.gate.arrived(1)
        // The time itself is what is measured: the policy host takes this long, and the look-ups do not.
        try await Task.sleep(for: .seconds(1))
        world.fetcher.gate.open()
        let judgement = await judged
        let snapshot = try #require(judgement.snapshot)
        #expect(try #require(snapshot.stsMilliseconds) >= 1000)
        #expect(snapshot.dnsMilliseconds < 1000)
        #expect(judgement.waitedMilliseconds >= 1000)
    }

    // MARK: The policy's id

    @Test func `a policy changed with its MX heals before the mail is held`() async throws {
        world.publishSTS(mx: ["old.example.net"], id: "1")
        world.resolver.set(id: "1", of: "example.net", ttl: 1800)
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 sts sts-mx-mismatch")
        #expect(world.resolver.asked.filter { $0 == "TXT _mta-sts.example.net anew" }.count == 1)
        world.publishSTS(mx: ["mx1.example.net"], id: "2")
        // DNS is asked past its cache at most every 5 minutes for a domain.
        world.resolver.forgetQuestions()
        world.clock.advance(239)
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 sts sts-mx-mismatch")
        #expect(!world.resolver.asked.contains { $0.hasPrefix("TXT") })
        world.clock.advance(61)
        #expect(await service.answer(request(chain)) == "accept sts sts-verified sts-verified")
        #expect(world.resolver.asked.filter { $0.hasPrefix("TXT") } == ["TXT _mta-sts.example.net anew"])
    }

    @Test func `a leg that goes on failing is refused without a look-up each time`() async throws {
        world.publishSTS()
        let wrong = request(try TestCertificates.chain("mx2"))
        #expect(await service.answer(wrong) == "defer 451 4.7.5 sts certificate-host-mismatch")
        world.resolver.forgetQuestions()
        for _ in 0..<10 { #expect(await service.answer(wrong) == "defer 451 4.7.5 sts certificate-host-mismatch") }
        #expect(service.knownJudgement(wrong)?.summary == "defer 451 4.7.5 sts certificate-host-mismatch")
        #expect(world.resolver.asked.isEmpty)
        // What was found out about the good chain is not lost by it.
        #expect(await service.answer(request(chain)) == "accept sts sts-verified sts-verified")
    }

    @Test func `what a policy said outlives its host, its TXT record and a restart`() async throws {
        world.publishSTS()
        #expect(await service.answer(request(chain)) == "accept sts sts-verified sts-verified")
        let after = try World(store: world.store)
        after.resolver.set(mx: "example.net", ["mx1.example.net"], .insecure)
        after.resolver.set(addresses: "mx1.example.net", [v4], .insecure)
        for state in ["no record", "failing", "new id, no policy"] {
            switch state {
            case "no record": after.resolver.set(id: nil, of: "example.net")
            case "failing": after.resolver.fail(sts: "example.net", .timeout)
            default: after.resolver.set(id: "2", of: "example.net")
            }
            after.service.forget("example.net")
            after.sts.forget(domain: "example.net")
            #expect(await after.service.answer(request()) == "defer 451 4.7.4 sts starttls-not-offered", "\(state)")
            #expect(await after.service.answer(request(chain)) == "accept sts sts-verified sts-verified", "\(state)")
        }
    }

    // MARK: Findings about a chain

    @Test func `what a chain proves is worked out once for each evidence`() async throws {
        world.publishSTS()
        _ = await service.answer(request(chain))
        let known = try #require(service.knownEvidence("example.net", port: 25))
        #expect(known.authentication(ofChain: chain.digest, at: world.moment)?.keys.sorted() == ["mx1.example.net"])
        // Other evidence, other findings: nothing is taken over.
        world.resolver.set(mx: "other.test", ["mx1.example.net"], .insecure)
        #expect(service.knownJudgement(request(chain, domain: "other.test")) == nil)
        _ = await service.answer(request(domain: "other.test"))
        #expect(service.knownJudgement(request(chain, domain: "other.test")) == nil)
        #expect(known.authentication(ofChain: chain.digest, at: world.moment + 599) != nil)
        #expect(known.authentication(ofChain: chain.digest, at: world.moment + 600) == nil)
    }

    @Test func `a finding ends with the certificate it rests on`() async throws {
        let ends = chain.leaf.notAfter
        for usage: UInt8 in [2, 3] {
            let evidence = evidence([
                host(
                    "mx1.example.net", tlsa: .records([try TLSARecord.digest(usage: usage, of: usage == 2 ? "intermediate" : "mx1")]))
            ])
            let snapshot = Snapshot(evidence, validUntil: .now + .seconds(1 << 32), dnsMilliseconds: 0)
            world.clock.advance(Int(ends.timeIntervalSince(world.clock.wall)) - 5)
            let leg = await service.authenticatedLeg(request(chain), snapshot: snapshot)
            let found = leg.authentication["mx1.example.net"]?.dane
            #expect({ if case .matched? = found { true } else { false } }())
            #expect(snapshot.authentication(ofChain: chain.digest, at: world.moment + 4) != nil)
            // RFC 7672 3.1.1: usage 3 takes no notice of dates, but PKIX does.
            #expect(snapshot.authentication(ofChain: chain.digest, at: world.moment + 6) == nil, "usage \(usage)")
        }
    }

    @Test func `a private trust anchor's finding ends with the certificate, too`() async throws {
        let ends = chain.leaf.notAfter
        let untrusting = PolicyService(
            settings: .init(), resolver: world.resolver, sts: world.sts,
            trust: try TestCertificates.trust("other-root"), threads: .singleton,
            now: { [clock = world.clock] in clock.wall }, clock: world.clock)
        let evidence = evidence([host("mx1.example.net", tlsa: .records([try TLSARecord.digest(usage: 2, of: "intermediate")]))])
        let snapshot = Snapshot(evidence, validUntil: .now + .seconds(1 << 32), dnsMilliseconds: 0)
        world.clock.advance(Int(ends.timeIntervalSince(world.clock.wall)) - 5)
        _ = await untrusting.authenticatedLeg(request(chain), snapshot: snapshot)
        #expect(snapshot.authentication(ofChain: chain.digest, at: world.moment + 4) != nil)
        #expect(snapshot.authentication(ofChain: chain.digest, at: world.moment + 6) == nil)
    }
}
