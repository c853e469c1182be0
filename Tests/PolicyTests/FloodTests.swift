import Basics
import DNS
import DNSTesting
import Foundation
import MTASTS
import MTASTSTesting
import Synchronization
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// A name server with any number of domains, each with a host of its own; every hundredth has an MTA-STS policy.
private struct FloodResolver: Resolver {
    let victim: ScriptedResolver
    /// Look-ups of the flood wait here when it is closed.
    let gate = Gate()

    private func isFlood(_ name: DomainName) -> Bool { name.text.hasSuffix(".flood.test") }

    private func answer<Record>(_ name: DomainName, _ records: [Record]) async -> DNSAnswer<Record> {
        await gate.pass()
        return DNSAnswer(name: name, status: .insecure, outcome: records.isEmpty ? .noData : .records(records), ttl: 3600)
    }

    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> {
        guard isFlood(name) else { return try await victim.mx(name, refresh: refresh) }
        return await answer(name, [MXRecord(preference: 10, exchange: "mx.\(name)")])
    }

    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        guard isFlood(name) else { return try await victim.addresses(name, family: family, refresh: refresh) }
        let number = Int(name.text.split(separator: ".").dropFirst().first?.dropFirst() ?? "") ?? 0
        let bytes: [UInt8] = [10, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
        return await answer(name, family == .ipv4 ? [IPAddress(bytes: bytes)].compactMap { $0 } : [])
    }

    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        guard isFlood(name) else { return try await victim.tlsa(name, refresh: refresh) }
        return await answer(name, [])
    }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        guard isFlood(name) else { return try await victim.txt(name, refresh: refresh) }
        return await answer(name, name.text.contains("00.flood.") ? [Array("v=STSv1; id=1;".utf8)] : [])
    }

    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> {
        guard isFlood(name) else { return try await victim.cname(name, refresh: refresh) }
        return await answer(name, [])
    }
}

/// The policy hosts of the flood.
private struct FloodFetcher: PolicyFetching {
    let victim: ScriptedPolicyFetcher

    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        guard domain.text.hasSuffix(".flood.test") else { return try await victim.fetch(domain: domain) }
        guard let policy = try? STSPolicy.parse(Array("version: STSv1\nmode: enforce\nmx: mx.\(domain)\nmax_age: 604800\n".utf8)) else {
            throw .failed(STSFailure(.policyInvalid, "scripted"))
        }
        return FetchedPolicy(policy: policy)
    }
}

/// Mail to 100,000 other domains neither evicts nor delays nor weakens a cached policy of mode enforce.
@Suite(.serialized) struct FloodTests {
    private let world: World
    private let resolver: FloodResolver
    private let sts: STSService
    private let service: PolicyService
    private let good: JudgeRequest
    private let wrong: JudgeRequest

    init() throws {
        world = try World()
        resolver = FloodResolver(victim: world.resolver)
        sts = STSService(
            resolver: resolver, store: world.store, fetcher: FloodFetcher(victim: world.fetcher), clock: world.clock,
            logger: .quiet)
        service = PolicyService(
            settings: .init(), resolver: resolver, sts: sts, trust: try TestCertificates.trust(), threads: .singleton,
            now: { [clock = world.clock] in clock.wall }, clock: world.clock)
        good = request(try TestCertificates.chain("mx1"))
        wrong = request(try TestCertificates.chain("mx2"), redial: .unwanted)
    }

    /// The attack: the policy is cached, and now neither its TXT record nor its policy host can be reached.
    private func cacheThenCutOff() async throws {
        world.publishSTS()
        #expect(await service.answer(good) == "accept sts sts-verified sts-verified")
        world.resolver.fail(sts: "example.net", .timeout)
        world.fetcher.fail("example.net")
    }

    private func victimIsSafe(_ state: String) async {
        #expect(await service.answer(good) == "accept sts sts-verified sts-verified", "\(state)")
        #expect(await service.answer(wrong) == "defer 451 4.7.5 sts certificate-host-mismatch", "\(state)")
        #expect(await service.answer(request()) == "defer 451 4.7.4 sts starttls-not-offered", "\(state)")
    }

    /// Mail to so many domains, 16 at a time.
    private func flood(_ numbers: Range<Int>) async {
        let service = service
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for number in stride(from: numbers.lowerBound + worker, to: numbers.upperBound, by: 16) {
                        _ = await service.answer(request(domain: "d\(number).flood.test", at: elsewhere))
                    }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `100,000 other domains change nothing`() async throws {
        try await cacheThenCutOff()
        var resident: [Int] = []
        for part in 0..<10 {
            await flood(part * 10_000..<(part + 1) * 10_000)
            resident.append(residentMemory())
            // What was looked up about the victim is old by now.
            world.clock.advance(61)
            await victimIsSafe("after \((part + 1) * 10_000)")
        }
        let state = service.state.withLock { ($0.snapshots.count, $0.lookups.count) }
        #expect(state.0 <= PolicySettings().capacity && state.1 == 0)
        // Caches are full after 20,000 domains, those of MTA-STS after twice 50,000: of what comes later, little stays.
        let growth = (resident[9] - resident[4]) / 50_000
        print("flood: \(resident[9] >> 20) MiB resident, \(growth) octets for each domain past 50,000")
        #expect(growth < 4096)
        // Not one row was dropped for space: neither the victim's nor others'.
        #expect(world.store["example.net"]?.id == "1")
        #expect(world.store.policies.count { $0.expires > world.clock.wall } == 1000)

        // A restart in the middle of it: nothing but the store remembers.
        let again = PolicyService(
            settings: .init(), resolver: resolver,
            sts: STSService(
                resolver: resolver, store: world.store, fetcher: FloodFetcher(victim: world.fetcher),
                clock: world.clock, logger: .quiet), trust: try TestCertificates.trust(), threads: .singleton,
            now: { [clock = world.clock] in clock.wall }, clock: world.clock)
        #expect(await again.answer(request()) == "defer 451 4.7.4 sts starttls-not-offered")
    }

    @Test(.timeLimit(.minutes(5))) func `domains whose name servers hang hold up no other`() async throws {
        try await cacheThenCutOff()
        resolver.gate.close()
        let service = service
        let most = PolicySettings().mostLookups
        let before = resolver.gate.arrivals
        // More than there may be look-ups at a time; each waits for MX and TXT.
        let held = Task {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<most + 500 {
                    group.addTask { _ = await service.judge(request(domain: "d\(number).flood.test"), budget: .milliseconds(1)) }
                }
            }
        }
        await held.value
        await resolver.gate.arrived(before + most)
        #expect(service.state.withLock { $0.lookups.count } == most)
        // A domain that nobody knows has to wait; the victim does not, although all that was looked up about it is old.
        #expect(await service.answer(request(domain: "new.flood.test")) == "defer 451 4.7.0 none policy-pending")
        world.clock.advance(61)
        sts.forget(domain: "example.net")
        let started = ContinuousClock.now
        await victimIsSafe("while \(most) look-ups hang")
        #expect(ContinuousClock.now - started < .seconds(10))
        resolver.gate.open()
    }
}

/// Octets of memory that the process holds.
private func residentMemory() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
}
