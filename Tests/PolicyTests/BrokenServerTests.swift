import Basics
import DNS
import DNSTesting
import Foundation
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// Mail for a domain whose server breaks its policy: what dials and look-ups one message was worth, the next ones need not make again.
@Suite struct BrokenServerTests {
    private let world: World

    init() throws {
        world = try World()
        // Two hosts at one address, neither of which shows the certificate of its TLSA record.
        world.resolver.set(mx: "example.net", ["mx1.example.net", "mx2.example.net"])
        for host: DomainName in ["mx1.example.net", "mx2.example.net"] {
            world.resolver.set(addresses: host, [v4])
            world.resolver.set(tlsa: host, [try TLSARecord.digest(of: "other-name")])
        }
    }

    /// A server that shows a certificate by name, and how often it was dialled.
    private struct Server {
        /// What it shows; nil: the handshake fails.
        var shown: [DomainName?: CertificateChain?]
        var dials = 0
        /// It takes tickets: a leg under a name that it has seen shows the chain of the ticket.
        var tickets: [DomainName?: CertificateChain] = [:]
        var takesTickets = false

        mutating func leg(_ name: DomainName?) -> JudgeRequest {
            dials += 1
            var request = request(tickets[name] ?? shown[name] ?? nil, sni: name)
            request.age = .zero
            if request.chain == nil {
                request.leg.tls = .failed(TLSFailure(kind: .remoteAlert, alert: 40, detail: "remote alert 40"))
                request.leg.triedServerNames = [name].compactMap { $0 }
            } else if tickets[name] != nil {
                request.leg.tls = .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: true))
            } else if takesTickets {
                tickets[name] = request.chain
            }
            return request
        }
    }

    /// One message as the relay handles it: a leg under the best guess, at most two re-dials.
    private func deliver(to server: inout Server, as guess: DomainName? = nil, domain: DomainName = "example.net") async -> Judgement {
        var leg = server.leg(world.service.serverName(at: v4) ?? guess)
        var tried: [DomainName] = leg.leg.triedServerNames
        for redials in 0... {
            leg.domain = domain
            leg.redial = redials < 2 ? .allowed : .exhausted
            let judgement = await world.service.judge(leg, budget: .seconds(60))
            switch judgement.answer {
            case .verdict: return judgement
            case .redial(let name):
                leg = server.leg(name)
                tried.append(name)
                leg.leg.triedServerNames = tried
            case .renew:
                server.tickets[leg.leg.serverName] = nil
                leg = server.leg(leg.leg.serverName)
                leg.leg.triedServerNames = tried
            }
        }
        return await world.service.judge(leg, budget: .seconds(60))
    }

    private func server(_ certificate: String) throws -> Server {
        let chain = try TestCertificates.chain(certificate)
        return Server(shown: [nil: chain, "mx1.example.net": chain, "mx2.example.net": chain])
    }

    @Test func `100 messages to a domain with broken DANE cost no more than a first leg each`() async throws {
        var server = try server("mx1")
        let first = await deliver(to: &server)
        #expect(first.summary == "defer 451 4.7.5 dane dane-mismatch" && server.dials == 3)
        server.dials = 0
        for message in 1...99 {
            world.clock.advance(message % 2)
            let judgement = await deliver(to: &server)
            #expect(judgement.summary == first.summary)
        }
        // One for each message, which the MTA makes; and each minute the names once more.
        #expect(server.dials <= 99 + 4)
    }

    @Test func `names under which the handshake failed are not tried each time`() async throws {
        var server = Server(shown: [:])
        #expect(await deliver(to: &server).summary == "defer 451 4.7.5 dane handshake-failed")
        server.dials = 0
        for _ in 0..<20 { #expect(await deliver(to: &server).summary == "defer 451 4.7.5 dane handshake-failed") }
        #expect(server.dials <= 21)
    }

    @Test func `a resumed leg that fails is looked at after a full handshake once a minute`() async throws {
        var server = try server("mx1")
        server.takesTickets = true
        for _ in 0..<3 { _ = await deliver(to: &server) }
        server.dials = 0
        for _ in 0..<20 { #expect(await deliver(to: &server).summary == "defer 451 4.7.5 dane dane-mismatch") }
        #expect(server.dials == 20)
        world.clock.advance(61)
        server.dials = 0
        _ = await deliver(to: &server)
        #expect(server.dials >= 2)
    }

    @Test func `a verdict that rests on the memory says so, and comes out the same when it is made again`() async throws {
        var server = try server("mx1")
        _ = await deliver(to: &server)
        let judgement = await deliver(to: &server)
        #expect(judgement.attempts.failedLately == ["mx1.example.net", "mx2.example.net"])
        guard case .verdict(let verdict) = judgement.answer else { return }
        let again = decide(
            judgement.snapshot?.evidence, leg: judgement.leg, settings: judgement.settings, attempts: judgement.attempts, now: judgement.at)
        #expect(again == .verdict(verdict))
        let inputs = DecisionInputs(leg: judgement.leg, settings: judgement.settings, attempts: judgement.attempts)
        #expect(try EncodedEvidence.decode(DecisionInputs.self, from: EncodedEvidence(inputs).body) == inputs)
    }

    @Test func `a server that is mended is delivered to at once`() async throws {
        var server = try server("mx1")
        for _ in 0..<3 { _ = await deliver(to: &server) }
        let good = try TestCertificates.chain("other-name")
        server.shown = [nil: good, "mx1.example.net": good, "mx2.example.net": good]
        #expect(await deliver(to: &server).summary == "accept dane dane-verified dane-verified")
    }

    @Test func `a server that shows something new is looked at under every name`() async throws {
        var server = try server("mx1")
        for _ in 0..<3 { _ = await deliver(to: &server) }
        // Only the second name has the right certificate.
        server.shown["mx1.example.net"] = try TestCertificates.chain("wildcard")
        server.shown["mx2.example.net"] = try TestCertificates.chain("other-name")
        #expect(await deliver(to: &server).summary == "accept dane dane-verified dane-verified")
    }

    @Test func `other records are other evidence`() async throws {
        var server = try server("mx1")
        for _ in 0..<3 { _ = await deliver(to: &server) }
        world.resolver.set(tlsa: "mx2.example.net", [try TLSARecord.digest(of: "mx2")])
        server.shown["mx2.example.net"] = try TestCertificates.chain("mx2")
        world.clock.advance(11)
        #expect(await deliver(to: &server).summary == "accept dane dane-verified dane-verified")
    }

    @Test func `a minute later the names are tried again`() async throws {
        var server = try server("mx1")
        for _ in 0..<3 { _ = await deliver(to: &server) }
        server.shown["mx2.example.net"] = try TestCertificates.chain("other-name")
        #expect(await deliver(to: &server).summary == "defer 451 4.7.5 dane dane-mismatch")
        world.clock.advance(61)
        #expect(await deliver(to: &server).summary == "accept dane dane-verified dane-verified")
    }

    @Test func `an old leg says nothing of the server now`() async throws {
        var server = try server("mx1")
        var old = server.leg("mx1.example.net")
        old.age = .seconds(61)
        #expect(await world.service.answer(old) == "redial mx2.example.net")
        #expect(await world.service.answer(old) == "redial mx2.example.net")
        #expect(world.service.failedLegs.octets == 0)
    }

    @Test func `what is only reported is dialled for as ever`() async throws {
        world.service.reconfigure(.init(settings: DecisionSettings(enforcement: .report)))
        var server = try server("mx1")
        for _ in 0..<3 {
            server.dials = 0
            #expect(await deliver(to: &server).summary == "accept dane dane-mismatch pkix would defer")
            #expect(server.dials > 1)
        }
    }

    @Test func `many domains with one broken host cost one new look-up of it in ten seconds`() async throws {
        var server = try server("mx1")
        let domains: [DomainName] = (0..<50).map { "d\($0).test" }
        for domain in domains { world.resolver.set(mx: domain, ["mx1.example.net"]) }
        for domain in domains { _ = await deliver(to: &server, domain: domain) }
        world.clock.advance(11)
        world.resolver.forgetQuestions()
        for domain in domains { #expect(await deliver(to: &server, domain: domain).summary == "defer 451 4.7.5 dane dane-mismatch") }
        #expect(world.resolver.asked("TLSA") == ["TLSA _25._tcp.mx1.example.net anew"])
        world.clock.advance(11)
        world.resolver.forgetQuestions()
        for domain in domains { _ = await deliver(to: &server, domain: domain) }
        #expect(world.resolver.asked("TLSA") == ["TLSA _25._tcp.mx1.example.net anew"])
    }

    @Test func `the memory is bounded whatever servers show`() {
        let memory = FailedLegs(capacity: 100_000)
        let start = ContinuousClock.now
        for number in 0..<20_000 {
            let domain: DomainName = "d\(number % 5000).a-long-label-that-takes-space.example.net"
            let place = FailedLegs.Place(address: v4, key: .init(domain: domain, port: 25), settings: .init())
            let chain = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 16)) }
            memory.note(.init(serverName: domain, chain: chain), at: place, evidence: chain, now: start, age: .zero)
        }
        #expect(memory.octets <= 4 << 20 && memory.octets > 0)
    }
}
