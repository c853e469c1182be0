import Basics
import DANE
import DNS
import DNSTesting
import Foundation
import MTASTSTesting
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// Which host is at which address: it chooses the SNI, and adds demands.
@Suite struct AddressMemoryTests {
    private let start = ContinuousClock.now
    let world: World
    let chain: CertificateChain

    init() throws {
        world = try World()
        chain = try TestCertificates.chain("mx1")
    }

    private var service: PolicyService { world.service }

    /// mx1 with DANE at `address`, mx2 without TLSA records elsewhere.
    private func publish(_ address: IPAddress) throws {
        world.resolver.set(mx: "example.net", ["mx1.example.net", "mx2.example.net"])
        world.resolver.set(addresses: "mx1.example.net", [address], ttl: 13)
        world.resolver.set(tlsa: "mx1.example.net", [try TLSARecord.digest(of: "mx1")])
        world.resolver.set(addresses: "mx2.example.net", [elsewhere])
    }

    @Test func `an address seen within the hour is still the host's`() async throws {
        let before = try #require(IPAddress("198.51.100.1"))
        try publish(before)
        #expect(await service.judge(request(at: before), budget: .seconds(60)).leg.hostsAtDestination == ["mx1.example.net"])
        // Answers rotate: no address in common with the last one.
        try publish(v4)
        world.clock.advance(61)
        let judgement = await service.judge(request(at: before), budget: .seconds(60))
        #expect(judgement.leg.hostsAtDestination == ["mx1.example.net"])
        #expect(judgement.summary == "defer 451 4.7.4 dane starttls-not-offered")
        #expect(await service.judge(request(at: v4), budget: .seconds(60)).leg.hostsAtDestination == ["mx1.example.net"])
        world.clock.advance(3600)
        #expect(await service.judge(request(at: before), budget: .seconds(60)).leg.hostsAtDestination == [])
    }

    @Test func `an address that moved from one host to another belongs to both for an hour`() async throws {
        try publish(v4)
        _ = await service.answer(request(at: v4))
        // Whoever can forge the second answer must not rid the address of the first host's demand.
        try publish(try #require(IPAddress("198.51.100.1")))
        world.resolver.set(addresses: "mx2.example.net", [v4])
        world.clock.advance(61)
        #expect(await service.answer(request(at: v4)) == "defer 451 4.7.4 dane starttls-not-offered")
    }

    @Test func `the guess for a first dial is the name last authenticated, else the one that look-ups map there`() async throws {
        #expect(service.serverName(at: v4) == nil)
        try publish(v4)
        _ = await service.answer(request(at: v4))
        #expect(service.serverName(at: v4) == "mx1.example.net")
        #expect(service.serverName(at: elsewhere) == "mx2.example.net")
        service.noteAuthenticated("shared.example.net", at: v4)
        #expect(service.serverName(at: v4) == "shared.example.net")
        // It is a guess: it accepts nothing.
        #expect(await service.answer(request(chain, sni: "shared.example.net")) == "redial mx1.example.net")
    }

    @Test func `many addresses of one host and many hosts are bounded`() throws {
        let memory = AddressMemory(capacity: 100)
        for number in 0..<1000 {
            let address = try #require(IPAddress(bytes: [198, 51, UInt8(number >> 8), UInt8(number & 255)]))
            memory.note(host("mx.example.net", [address]), now: start + .seconds(number))
            memory.note(host("mx\(number).example.net", [address]), now: start + .seconds(number))
        }
        let newest = try #require(IPAddress("198.51.3.231"))
        let oldest = try #require(IPAddress("198.51.0.0"))
        let hosts = [host("mx.example.net", []), host("mx0.example.net", []), host("mx999.example.net", [])]
        #expect(memory.hosts(of: hosts, at: newest, now: start + .seconds(1000)) == ["mx.example.net", "mx999.example.net"])
        #expect(memory.hosts(of: hosts, at: oldest, now: start + .seconds(1000)) == [])
        #expect(
            memory.serverName(at: newest, now: start + .seconds(1000)) == "mx.example.net"
                && memory.serverName(at: oldest, now: start + .seconds(1000)) == nil)
    }

    @Test func `what was authenticated and what was mapped is guessed for a week`() throws {
        let memory = AddressMemory(capacity: 10)
        let host = HostLookup(
            host: "mx1.example.net", addresses: [v4], addressStatus: .init(ipv4: .secure, ipv6: .empty), expandedName: "mx1.example.net",
            tlsaBase: nil, tlsa: .none(.noRecords), ttl: 300)
        memory.note(host, now: start)
        memory.noteAuthenticated("shared.example.net", at: v4, now: start - .seconds(86_400))
        #expect(memory.serverName(at: v4, now: start + .seconds(6 * 86_400 - 1)) == "shared.example.net")
        #expect(memory.serverName(at: v4, now: start + .seconds(6 * 86_400)) == "mx1.example.net")
        #expect(memory.serverName(at: v4, now: start + .seconds(7 * 86_400)) == nil)
    }
}
