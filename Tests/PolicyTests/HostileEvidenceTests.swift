import Basics
import DANE
import DNS
import DNSTesting
import Foundation
import Records
import RecordsTesting
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// Whatever strangers publish about their domains, it takes bounded room and bounded work.
@Suite(.serialized) struct HostileEvidenceTests {
    private static let domains = 900
    private static let hosts = 20

    private let world: World
    private let chain: CertificateChain

    init() throws {
        world = try World()
        chain = try TestCertificates.chain("mx1")
    }

    /// Twenty hosts, each with as many TLSA records as a host may have, and as many addresses.
    private func publish(_ domain: DomainName, records: [TLSARecord]) {
        let hosts = (0..<Self.hosts).map { DomainName(stringLiteral: "a-host-with-a-long-name-\($0).\(domain)") }
        world.resolver.set(mx: domain, hosts)
        let addresses = (0..<64).compactMap { IPAddress(bytes: [198, 51, 100, UInt8($0)]) }
        for host in hosts {
            world.resolver.set(addresses: host, addresses)
            world.resolver.set(tlsa: host, records)
        }
    }

    private static let digests = (0..<64).map { number in
        TLSARecord(usage: number % 2 == 0 ? 2 : 3, selector: 1, matchingType: 1, data: Array(repeating: UInt8(number), count: 32))
    }

    @Test(.timeLimit(.minutes(1))) func `many domains with as much as they may have take bounded room`() async throws {
        var resident = 0
        for number in 0..<Self.domains {
            let domain = DomainName(stringLiteral: "d\(number).test")
            publish(domain, records: Self.digests)
            let judgement = await world.service.judge(request(chain, domain: domain, redial: .unwanted), budget: .seconds(60))
            guard case .verdict(let verdict) = judgement.answer else { continue }
            #expect(verdict.action == .defer)
            if number % 10 == 0 {
                let subject = DecisionSubject(
                    id: RecordID(), connection: RecordID(), transaction: 1, client: v4, source: nil, sender: "a@client.example",
                    recipient: "b@\(domain)", domain: "example.net", reply: nil, handshakeMilliseconds: nil)
                #expect(!judgement.journalEvents(verdict, subject: subject, chain: chain).isEmpty)
            }
            // The script of the test is not to be counted.
            world.resolver.change { zone in (zone.mx, zone.a, zone.aaaa, zone.tlsa) = ([:], [:], [:], [:]) }
            world.resolver.forgetQuestions()
            if number == 2 * Self.domains / 3 { resident = residentMemory() }
        }
        let service = world.service
        let snapshots = service.state.withLock { ($0.snapshots.octets, $0.snapshots.octetLimit, $0.snapshots.count) }
        print("hostile evidence: \(snapshots.2) snapshots of \(snapshots.0) octets; findings \(service.findings.octets)")
        #expect(snapshots.0 <= snapshots.1 && snapshots.1 <= 96 << 20)
        #expect(snapshots.2 < Self.domains)
        #expect(service.findings.octets <= 4 * Findings.octetLimit)
        #expect(service.memory.octets <= 32 << 20)
        #expect(service.failedLegs.octets <= 4 << 20 && service.freshHosts.octets <= 4 << 20)
        // The memories are full by then.
        let growth = residentMemory() - resident
        print("hostile evidence: \(residentMemory() >> 20) MiB resident, \(growth >> 20) MiB more than after two thirds of it")
        #expect(growth < 64 << 20)
    }

    @Test func `records beyond what a domain may have fail closed`() async throws {
        // Two whole certificates a host: fewer hosts than twenty fit.
        let whole = TLSARecord(usage: 3, selector: 0, matchingType: 0, data: Array(repeating: 7, count: 8000))
        publish("example.net", records: [whole, whole])
        _ = await world.service.answer(request(chain, redial: .unwanted))
        let hosts = try #require(world.service.knownEvidence("example.net", port: 25)).evidence.hosts
        let octets = hosts.reduce(0) { sum, host in
            guard case .records(let records) = host.tlsa else { return sum }
            return sum + records.reduce(0) { $0 + $1.octets }
        }
        #expect(hosts.count == Self.hosts && octets > 0 && octets <= PolicyService.mostTLSAOctets)
        for host in hosts {
            if case .records = host.tlsa { continue }
            guard case .failed(let failure) = host.tlsa else {
                Issue.record("\(host.host) counts as a host without DANE")
                continue
            }
            #expect(failure.kind == .tooMany)
        }
    }

    @Test func `work for a verdict does not grow with records that cannot match`() throws {
        func cost(_ records: [TLSARecord]) -> Duration {
            let hosts = (0..<Self.hosts).map { host(DomainName(stringLiteral: "mx\($0).example.net"), tlsa: .records(records)) }
            let evidence = evidence(hosts)
            guard let trust = try? TestCertificates.trust() else { return .zero }
            let start = ContinuousClock.now
            for _ in 0..<5 {
                let found = authenticate(chain, evidence: evidence, trust: trust, now: noon)
                #expect(found["mx0.example.net"]?.dane == .noMatch)
            }
            return (ContinuousClock.now - start) / 5
        }
        let time = cost(Self.digests)
        print("hostile evidence: \(time) to compare a chain with \(Self.hosts * Self.digests.count) records")
        #expect(time < .milliseconds(200))
    }

    @Test func `a domain with too many whole trust anchors is not tried with all of them`() throws {
        let anchor = TLSARecord(usage: 2, selector: 0, matchingType: 0, data: try TestCertificates.der("intermediate")[0])
        let hosts = (0..<Self.hosts).map {
            host(DomainName(stringLiteral: "mx\($0).example.net"), tlsa: .records(Array(repeating: anchor, count: 8)))
        }
        let found = authenticate(chain, evidence: evidence(hosts), trust: try TestCertificates.trust(), now: noon)
        #expect(found["mx1.example.net"]?.dane == .matched(record: anchor, depth: 1))
        #expect(found.values.count { if case .failed? = $0.dane { true } else { false } } == Self.hosts - 8)
    }
}

/// Octets of memory that the process holds.
private func residentMemory() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
}
