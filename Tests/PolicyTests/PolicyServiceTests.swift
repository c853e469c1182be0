import Basics
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

/// The service's look-ups: made once, kept as long as they hold, and never waited for longer than a recipient may.
@Suite struct PolicyServiceTests {
    let world: World
    let chain: CertificateChain

    init() throws {
        world = try World()
        chain = try TestCertificates.chain("mx1")
    }

    private var service: PolicyService { world.service }

    // MARK: Judging

    @Test func `a warm answer is there at once`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        let request = request(chain)
        #expect(service.knownJudgement(request) == nil)
        #expect(await service.answer(request) == "accept dane dane-verified dane-verified")
        #expect(service.knownJudgement(request)?.summary == "accept dane dane-verified dane-verified")
        // A chain that was not seen has to be checked on a thread of its own.
        #expect(service.knownJudgement(JudgeRequest(request, chain: try TestCertificates.chain("mx2"))) == nil)
        // A leg without TLS has nothing to check.
        #expect(service.knownJudgement(JudgeRequest(request, chain: nil))?.summary == "defer 451 4.7.4 dane starttls-not-offered")
    }

    @Test func `a recipient without a domain needs no look-up`() {
        #expect(service.knownJudgement(request(domain: nil))?.summary == "accept none address-literal plaintext")
        #expect(world.resolver.asked.isEmpty)
    }

    @Test(arguments: ["mx1", "wildcard"])
    func `an MTA-STS policy accepts a certificate that names the host`(_ certificate: String) async throws {
        world.publishSTS()
        #expect(await service.answer(request(try TestCertificates.chain(certificate))) == "accept sts sts-verified sts-verified")
    }

    @Test(arguments: [
        ("mx2", "certificate-host-mismatch"), ("cn-only", "certificate-host-mismatch"), ("ip-san", "certificate-host-mismatch"),
        ("partial-wildcard", "certificate-host-mismatch"), ("other-name", "certificate-host-mismatch"), ("expired", "certificate-expired"),
        ("future", "certificate-expired"), ("mx1-alone", "certificate-not-trusted"), ("under-expired", "certificate-expired"),
        ("client-auth", "certificate-not-trusted"), ("stuffed", "certificate-not-trusted"), ("under-leaf", "certificate-not-trusted"),
    ])
    func `an MTA-STS policy refuses every other`(_ certificate: String, _ reason: String) async throws {
        world.publishSTS()
        #expect(await service.answer(request(try TestCertificates.chain(certificate))) == "defer 451 4.7.5 sts \(reason)")
    }

    @Test func `a trust anchor accepts the names that the domain vouches for`() async throws {
        world.publishDANE(try TLSARecord.digest(usage: 2, of: "intermediate"))
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(await service.answer(request(try TestCertificates.chain("mx2"))) == "defer 451 4.7.5 dane dane-mismatch")
        // RFC 7672 3.2.2: the domain that the next-hop domain is an alias of, if the MX answer is secure.
        world.resolver.set(mx: "alias.test", ["mx1.example.net"], expanded: "example.org")
        #expect(
            await service.answer(request(try TestCertificates.chain("other-name"), domain: "alias.test"))
                == "accept dane dane-verified dane-verified")
        world.resolver.set(mx: "insecure.test", ["mx1.example.net"], .insecure, expanded: "example.org")
        #expect(
            await service.answer(request(try TestCertificates.chain("other-name"), domain: "insecure.test"))
                == "defer 451 4.7.5 dane dane-mismatch")
    }

    // MARK: Look-ups

    @Test func `many callers cost one set of look-ups`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.gate.close()
        let service = service
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<200 { group.addTask { [chain] in await service.answer(request(chain)) } }
            await world.resolver.gate.arrived(2)
            world.resolver.gate.open()
            var answers: Set<String> = []
            for await answer in group { answers.insert(answer) }
            return answers
        }
        #expect(answers == ["accept dane dane-verified dane-verified"])
        #expect(
            world.resolver.asked.sorted() == [
                "A mx1.example.net", "AAAA mx1.example.net", "MX example.net", "TLSA _25._tcp.mx1.example.net", "TXT _mta-sts.example.net",
            ])
    }

    @Test func `what takes too long is answered 4xx, and the next attempt finds it done`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.gate.close()
        let first = await service.judge(request(chain), budget: .milliseconds(20))
        #expect(first.summary == "defer 451 4.7.0 none policy-pending")
        #expect(first.snapshot == nil && first.waitedMilliseconds >= 20)
        world.resolver.gate.open()
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(world.resolver.asked.count == 5)
    }

    @Test func `a policy host that hangs does not hold up a domain that has DANE`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.set(id: "1", of: "example.net")
        world.fetcher.gate.close()
        defer { world.fetcher.gate.open() }
        let judgement = await service.judge(request(chain), budget: .seconds(12))
        #expect(judgement.summary == "accept dane dane-verified dane-verified")
        #expect(judgement.snapshot?.evidence.sts == .pending)
    }

    @Test func `a policy that is still being fetched defers, and decides when it is there`() async throws {
        world.publishSTS()
        world.fetcher.gate.close()
        let first = await service.judge(request(chain), budget: .milliseconds(50))
        #expect(first.summary.hasSuffix("policy-pending") && first.summary.hasPrefix("defer 451 4.7.0"))
        world.fetcher.gate.open()
        // The first caller's look-ups have to be done: they end with the policy still pending.
        while service.state.withLock({ $0.lookups.count > 0 }) { await Task.yield() }
        world.clock.advance(2)
        #expect(await service.answer(request(chain)) == "accept sts sts-verified sts-verified")
        #expect(world.fetcher.gate.arrivals == 1)
    }

    @Test func `a policy host that hangs after a failure holds up nobody, and the failure is recorded`() async throws {
        world.publishSTS()
        world.fetcher.fail("example.net")
        #expect(await service.answer(request(chain)) == "accept none no-policy pkix")
        world.clock.advance(600)
        world.fetcher.gate.close()
        defer { world.fetcher.gate.open() }
        let judgement = await service.judge(request(chain), budget: .milliseconds(200))
        #expect(judgement.summary == "accept none no-policy pkix")
        guard case .verdict(let verdict) = judgement.answer else { return }
        #expect(verdict.resultType == .stsPolicyFetchError)
    }

    @Test func `evidence holds as long as its shortest TTL, and then is looked up again`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.set(addresses: "mx1.example.net", [v4], ttl: 20)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        world.resolver.forgetQuestions()
        world.clock.advance(19)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(world.resolver.asked.isEmpty)
        world.clock.advance(1)
        #expect(service.knownEvidence("example.net", port: 25) == nil)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(world.resolver.asked.contains("TLSA _25._tcp.mx1.example.net"))
        service.forget("example.net")
        #expect(service.knownEvidence("example.net", port: 25) == nil)
    }

    @Test func `a look-up that failed is soon made again`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.fail(tlsa: "mx1.example.net", .timeout)
        #expect(await service.answer(request(chain)) == "defer 451 4.4.3 dane host-lookup-failed")
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.clock.advance(10)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
    }

    @Test func `ports have TLSA records of their own`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        var other = request(chain)
        other.leg.port = 2525
        #expect(await service.answer(other) == "accept none no-policy pkix")
        #expect(world.resolver.asked.contains("TLSA _2525._tcp.mx1.example.net"))
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
    }

    // MARK: MX answers

    @Test func `a secure null MX refuses, an insecure one defers`() async {
        world.resolver.set(mx: "null.test", [""])
        world.resolver.set(mx: "insecure-null.test", [""], .insecure)
        #expect(await service.answer(request(domain: "null.test")) == "refuse 556 5.1.10 none null-mx")
        #expect(await service.answer(request(domain: "insecure-null.test")) == "defer 451 4.4.3 none null-mx")
    }

    @Test func `a dot beside other hosts is left out`() async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.resolver.set(mx: "example.net", ["", "mx1.example.net"])
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(service.knownEvidence("example.net", port: 25)?.evidence.hosts.map(\.host) == ["mx1.example.net"])
    }

    @Test func `without MX records the domain is its own host`() async throws {
        world.resolver.set(mx: "mx1.example.net", [])
        world.resolver.set(addresses: "mx1.example.net", [v4])
        world.resolver.set(tlsa: "mx1.example.net", [try TLSARecord.digest(of: "mx1")])
        #expect(await service.answer(request(chain, domain: "mx1.example.net")) == "accept dane dane-verified dane-verified")
        #expect(await service.answer(request(domain: "mx1.example.net")) == "defer 451 4.7.4 dane starttls-not-offered")
    }

    @Test func `an MX record that names an address is a host nobody can authenticate`() async throws {
        world.publishSTS()
        world.resolver.set(mx: "example.net", ["203.0.113.25"], .insecure)
        #expect(await service.answer(request(chain, sni: nil)) == "defer 451 4.7.5 sts sts-mx-mismatch")
    }

    @Test func `an MX look-up that failed is not kept`() async throws {
        world.resolver.fail(mx: "example.net", .serverFailure)
        #expect(await service.answer(request(chain)) == "defer 451 4.4.3 none mx-lookup-failed")
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
        world.clock.advance(1)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
    }

    @Test func `an internationalised domain is looked up by its A-labels`() async throws {
        let domain: DomainName = "xn--bcher-kva.example"
        world.resolver.set(mx: domain, ["mx1.example.net"], .insecure)
        world.resolver.set(addresses: "mx1.example.net", [v4], .insecure)
        world.resolver.set(id: "1", of: domain)
        world.fetcher.set(domain, mx: ["mx1.example.net"])
        #expect(await service.answer(request(chain, domain: domain)) == "accept sts sts-verified sts-verified")
        #expect(world.resolver.asked.contains("TXT _mta-sts.\(domain)"))
        #expect(await service.answer(request(domain: domain)) == "defer 451 4.7.4 sts starttls-not-offered")
    }

    // MARK: Settings

    @Test func `domains have settings of their own, and a new configuration holds at once`() async {
        world.resolver.set(mx: "example.net", ["mx1.example.net"])
        world.resolver.set(addresses: "mx1.example.net", [v4])
        #expect(await service.answer(request()) == "accept none no-policy plaintext")
        service.reconfigure(.init(domains: ["example.net": .init(require: .dane)]))
        #expect(service.knownJudgement(request())?.summary == "defer 451 4.7.5 dane dane-required")
        #expect(service.knownJudgement(request(domain: nil))?.settings.require == nil)
        service.reconfigure(.init(settings: DecisionSettings(enforcement: .report, require: .dane)))
        #expect(service.knownJudgement(request())?.summary == "accept dane dane-required plaintext would defer")
    }
}

extension JudgeRequest {
    /// The same leg with another chain, or in clear.
    init(_ request: JudgeRequest, chain: CertificateChain?) {
        self = request
        self.chain = chain
        if chain == nil { leg.tls = .notOffered }
    }
}
