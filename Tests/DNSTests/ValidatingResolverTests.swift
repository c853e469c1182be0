import Basics
import NIOCore
import TestSupport
import Testing

@testable import DNS

/// Against unbound, which validates zones signed for the test and served by nsd.
@Suite(.dnsLab) struct ValidatingResolverTests {
    /// Runs `body` with a resolver of its own, so that nothing is cached.
    private func withResolver(
        _ change: (inout DNSSettings) -> Void = { _ in }, _ body: (StubResolver) async throws -> Void
    ) async throws {
        let lab = try #require(DNSLab.current)
        let resolver = lab.resolver(change)
        try await body(resolver)
        await resolver.shutdown()
    }

    private func failure(_ name: DomainName, _ resolver: StubResolver) async -> DNSFailure? {
        do throws(DNSFailure) {
            Issue.record("an answer: \(try await resolver.addresses(name, family: .ipv4, refresh: false))")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a validated answer is secure`() async throws {
        try await withResolver { resolver in
            let mx = try await resolver.mx("Secure.LAB.", refresh: false)
            #expect(mx.status == .secure)
            #expect(mx.name == "secure.lab" && mx.canonicalName == "secure.lab")
            #expect(mx.records.map(\.description) == ["10 mx1.secure.lab", "20 mx2.secure.lab"])
            #expect((500...600).contains(mx.ttl))
            let ipv4 = try await resolver.addresses("mx1.secure.lab", family: .ipv4, refresh: false)
            #expect(ipv4.status == .secure)
            #expect(Set(ipv4.records.map(\.description)) == ["203.0.113.1", "203.0.113.2"])
            let ipv6 = try await resolver.addresses("mx1.secure.lab", family: .ipv6, refresh: false)
            #expect(ipv6.status == .secure)
            #expect(ipv6.records.map(\.description) == ["2001:db8::1"])
            let tlsa = try await resolver.tlsa("_25._tcp.mx1.secure.lab", refresh: false)
            #expect(tlsa.status == .secure)
            #expect(
                Set(tlsa.records.map(\.description)) == ["3 1 1 \(LabZones.digest(1))", "2 0 2 \(LabZones.digest(2))\(LabZones.digest(3))"])
        }
    }

    @Test func `the same answer without trust in the AD bit is insecure`() async throws {
        try await withResolver {
            $0.dnssec = .off
        } _: { resolver in
            try await #expect(resolver.mx("secure.lab", refresh: false).status == .insecure)
        }
    }

    @Test func `an answer from an unsigned zone is insecure`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.mx("unsigned.lab", refresh: false)
            #expect(answer.status == .insecure)
            #expect(answer.records.map(\.exchange) == ["host.unsigned.lab"])
            try await #expect(resolver.tlsa("_25._tcp.host.unsigned.lab", refresh: false).status == .insecure)
        }
    }

    @Test(arguments: [
        ("host.tampered.lab", "EDE 6 DNSSEC Bogus"), ("host.expired.lab", "EDE "), ("tobogus.secure.lab", "EDE 6 DNSSEC Bogus"),
    ])
    func `a broken signature makes an answer bogus, with the reason`(name: DomainName, reason: String) async throws {
        try await withResolver { resolver in
            let failure = await failure(name, resolver)
            #expect(failure?.kind == .bogus)
            #expect(failure?.detail.hasPrefix("SERVFAIL from 127.0.0.1:") == true)
            #expect(failure?.detail.contains(reason) == true, "\(failure?.detail ?? "no failure")")
        }
    }

    @Test(arguments: [
        ("nothing.secure.lab", DNSSECStatus.secure, 300), ("nothing.unsigned.lab", .insecure, 60), ("nothing.lab", .secure, 1_800),
    ])
    func `a name that does not exist is denied, for as long as the SOA says`(name: DomainName, status: DNSSECStatus, ttl: Int) async throws
    {
        try await withResolver { resolver in
            let answer = try await resolver.mx(name, refresh: false)
            #expect(answer.outcome == .nxDomain)
            #expect(answer.status == status)
            #expect(answer.ttl <= ttl && answer.ttl >= max(60, ttl - 60))
        }
    }

    @Test func `a name without records of the type is denied`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.mx("mx1.secure.lab", refresh: false)
            #expect(answer.outcome == .noData)
            #expect(answer.status == .secure)
            #expect((240...300).contains(answer.ttl))
        }
    }

    @Test func `a secure chain of CNAMEs ends at its last name`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.addresses("alias.secure.lab", family: .ipv4, refresh: false)
            #expect(answer.status == .secure)
            #expect(answer.canonicalName == "mx1.secure.lab")
            #expect(answer.records.count == 2)
            let alias = try await resolver.cname("alias.secure.lab", refresh: false)
            #expect(alias.status == .secure)
            #expect(alias.records == ["alias2.secure.lab"])
            try await #expect(resolver.cname("mx1.secure.lab", refresh: false).outcome == .noData)
        }
    }

    @Test func `a secure CNAME to an unsigned zone gives an insecure answer, but is itself secure`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.addresses("toinsecure.secure.lab", family: .ipv4, refresh: false)
            #expect(answer.status == .insecure)
            #expect(answer.canonicalName == "host.unsigned.lab")
            #expect(answer.records.map(\.description) == ["203.0.113.9"])
            try await #expect(resolver.cname("toinsecure.secure.lab", refresh: false).status == .secure)
        }
    }

    @Test func `a CNAME to a name that does not exist is denied`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.addresses("dangling.secure.lab", family: .ipv4, refresh: false)
            #expect(answer.outcome == .nxDomain)
            #expect(answer.canonicalName == "nothing.secure.lab")
            #expect(answer.status == .secure)
        }
    }

    @Test func `eight CNAMEs are followed and nine are not`() async throws {
        try await withResolver { resolver in
            try await #expect(resolver.addresses("c1.secure.lab", family: .ipv4, refresh: false).records.count == 1)
            #expect(await failure("c0.secure.lab", resolver)?.kind == .tooMany)
        }
    }

    @Test(arguments: [("null.secure.lab", ["0 ."]), ("nullandmore.secure.lab", ["10 mx1.secure.lab"])] as [(DomainName, [String])])
    func `a null MX is told from others`(name: DomainName, records: [String]) async throws {
        try await withResolver { resolver in
            try await #expect(resolver.mx(name, refresh: false).records.map(\.description) == records)
        }
    }

    @Test func `the 20 most preferred of 30 mail exchangers are kept`() async throws {
        try await withResolver { resolver in
            let records = try await resolver.mx("manymx.secure.lab", refresh: false).records
            #expect(records.map(\.preference) == Array(70..<90))
        }
    }

    @Test func `64 TLSA records come over TCP and 65 are a failure`() async throws {
        try await withResolver { resolver in
            let answer = try await resolver.tlsa("_25._tcp.full.secure.lab", refresh: false)
            #expect(answer.records.count == 64)
            #expect(answer.status == .secure)
            let failure = await #expect(throws: DNSFailure.self) { try await resolver.tlsa("_25._tcp.over.secure.lab", refresh: false) }
            #expect(failure?.kind == .tooMany)
        }
    }

    @Test func `text is joined within a record, comes over TCP if large, and from wildcards`() async throws {
        try await withResolver { resolver in
            let policy = try await resolver.txt("_mta-sts.secure.lab", refresh: false)
            #expect(Set(policy.records) == [Array("v=STSv1; id=1;".utf8), Array("other".utf8)])
            let large = try await resolver.txt("large.secure.lab", refresh: false)
            #expect(large.status == .secure)
            #expect(large.records == [Array(String(repeating: LabZones.largeTextString, count: 20).utf8)])
            let wild = try await resolver.txt("any.wild.secure.lab", refresh: false)
            #expect(wild.status == .secure)
            #expect(wild.records == [Array("star".utf8)])
        }
    }

    @Test func `the probe finds that unbound validates and that nsd does not resolve`() async throws {
        let lab = try #require(DNSLab.current)
        try await withResolver { resolver in #expect(await resolver.probe() == .validates) }
        try await withResolver {
            $0.servers = [lab.resolverAddress, lab.serverAddress]
        } _: { resolver in
            let probes = await resolver.probeServers()
            #expect(probes.count == 2)
            #expect(probes.contains(ServerProbe(server: ServerLink.name(lab.resolverAddress), result: .validates)))
            guard case .unreachable(let detail) = probes.first(where: { $0.result != .validates })?.result else {
                Issue.record("nsd passes for a resolver: \(probes)")
                return
            }
            #expect(detail.contains("offers no recursion") || detail.contains("REFUSED"))
        }
    }
}
