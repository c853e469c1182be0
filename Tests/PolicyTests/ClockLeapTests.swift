import Basics
import DNS
import DNSTesting
import Foundation
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// The time of day leaps: nothing that is kept in memory holds for longer, and nothing is lost.
@Suite struct ClockLeapTests {
    private static let leaps = [-7200, 40 * 86_400]

    private let world: World
    private let chain: CertificateChain

    init() throws {
        world = try World()
        chain = try TestCertificates.chain("mx1")
        world.publishDANE(try TLSARecord.digest(of: "mx1"))
    }

    private var service: PolicyService { world.service }

    @Test(arguments: leaps) func `TLSA records are not used past their TTL`(_ leap: Int) async throws {
        world.resolver.set(tlsa: "mx1.example.net", [try TLSARecord.digest(of: "mx1")], ttl: 30)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        world.clock.step(leap)
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        world.clock.advance(30)
        #expect(service.knownEvidence("example.net", port: 25) == nil)
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 dane dane-mismatch")
    }

    @Test(arguments: leaps) func `evidence that still holds is not lost`(_ leap: Int) async throws {
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        world.clock.step(leap)
        world.clock.advance(59)
        world.resolver.forgetQuestions()
        #expect(service.knownEvidence("example.net", port: 25) != nil)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(world.resolver.asked.isEmpty)
    }

    @Test(arguments: leaps) func `an address is its host's for an hour, and guessed for a week`(_ leap: Int) async throws {
        _ = await service.answer(request(chain))
        world.resolver.set(addresses: "mx1.example.net", [elsewhere])
        world.clock.step(leap)
        world.clock.advance(3599)
        #expect(await service.judge(request(chain), budget: .seconds(60)).leg.hostsAtDestination == ["mx1.example.net"])
        #expect(service.serverName(at: v4) == "mx1.example.net")
        world.clock.advance(1)
        #expect(await service.judge(request(chain), budget: .seconds(60)).leg.hostsAtDestination == [])
        world.clock.step(leap)
        world.clock.advance(7 * 86_400 - 3601)
        #expect(service.serverName(at: v4) == "mx1.example.net")
        world.clock.advance(1)
        #expect(service.serverName(at: v4) == nil)
    }

    @Test(arguments: leaps) func `what a chain proved by one time of day is worked out again for another`(_ leap: Int) async throws {
        _ = await service.answer(request(chain))
        let known = try #require(service.knownEvidence("example.net", port: 25))
        #expect(known.authentication(ofChain: chain.digest, at: world.moment + 599) != nil)
        world.clock.step(leap)
        #expect(known.authentication(ofChain: chain.digest, at: world.moment) == nil)
        #expect(await service.answer(request(chain)) == "accept dane dane-verified dane-verified")
        #expect(known.authentication(ofChain: chain.digest, at: world.moment) != nil)
    }

    @Test(arguments: leaps) func `records of unknown age are asked for again before mail is held, once`(_ leap: Int) async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        #expect(await service.answer(request(chain)) == "defer 451 4.7.5 dane dane-mismatch")
        world.clock.step(leap)
        world.resolver.forgetQuestions()
        for _ in 0..<10 { #expect(await service.answer(request(chain)) == "defer 451 4.7.5 dane dane-mismatch") }
        #expect(world.resolver.asked("TLSA") == ["TLSA _25._tcp.mx1.example.net anew"])
    }

    @Test(arguments: leaps) func `a failed leg is remembered for a minute`(_ leap: Int) async throws {
        world.publishDANE(try TLSARecord.digest(of: "mx2"))
        var guessed = request(chain, sni: nil)
        guessed.age = .zero
        var named = request(chain)
        named.age = .zero
        #expect(await service.answer(guessed) == "redial mx1.example.net")
        #expect(await service.answer(named) == "defer 451 4.7.5 dane dane-mismatch")
        world.clock.step(leap)
        world.clock.advance(59)
        #expect(await service.answer(guessed) == "defer 451 4.7.5 dane dane-mismatch")
        world.clock.advance(1)
        #expect(await service.answer(guessed) == "redial mx1.example.net")
    }
}
