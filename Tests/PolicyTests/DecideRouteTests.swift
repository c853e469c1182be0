import Basics
import DANE
import DNS
import Foundation
import MTASTS
import TestSupport
import Testing

@testable import Policy

/// The row for destinations that the operator listed as routes.
@Suite struct DecideRouteTests {
    private static func route(_ demand: RoutePolicy.Demand = .verify, _ relay: HostLookup = host("relay.example.net")) -> DomainEvidence {
        DomainEvidence(
            domain: relay.host, lookedUpAt: noon, mx: .implicit(.secure), hosts: demand == .verify ? [relay] : [], sts: .none(.notADomain),
            route: RoutePolicy(host: relay.host, demand: demand))
    }

    private func check(
        _ evidence: DomainEvidence, _ state: Leg, tried: [DomainName] = [], settings: DecisionSettings = DecisionSettings(),
        _ expected: String
    ) {
        #expect(decide(evidence, leg: leg(state, of: evidence, tried: tried), settings: settings, now: noon).summary == expected)
    }

    @Test func `a certificate valid for the host is enough, under its name`() {
        check(Self.route(), .tls(sni: "relay.example.net", ["relay.example.net": pkixValid]), "accept route route-verified route-verified")
        check(Self.route(), .tls(sni: "other.example", ["relay.example.net": pkixValid]), "redial relay.example.net")
        check(
            Self.route(), .tls(sni: "relay.example.net", ["relay.example.net": wrongName]),
            "defer 451 4.7.5 route certificate-host-mismatch")
        check(
            Self.route(), .tls(sni: "relay.example.net", ["relay.example.net": untrusted]),
            "defer 451 4.7.5 route certificate-not-trusted")
    }

    @Test func `without TLS nothing passes`() {
        check(Self.route(), .plain, "defer 451 4.7.4 route starttls-not-offered")
        check(Self.route(), .failed, "redial relay.example.net")
        check(Self.route(), .failed, tried: ["relay.example.net"], "defer 451 4.7.5 route handshake-failed")
    }

    @Test func `TLSA records of the host decide in place of the roots`() {
        let relay = Self.route(.verify, daneHost("relay.example.net"))
        check(relay, .tls(sni: "relay.example.net", ["relay.example.net": daneMatch]), "accept route route-verified route-verified")
        check(relay, .tls(sni: "relay.example.net", ["relay.example.net": daneMismatch]), "defer 451 4.7.5 route dane-mismatch")
        let failing = Self.route(.verify, host("relay.example.net", tlsa: .failed(bogus)))
        check(failing, .tls(sni: "relay.example.net", ["relay.example.net": pkixValid]), "defer 451 4.7.5 route dnssec-bogus")
    }

    @Test(arguments: [(serverFailure, "4.4.3 route host-lookup-failed"), (bogus, "4.7.5 route dnssec-bogus")])
    func `a look-up that failed bounces nothing`(_ failure: DNSFailure, _ answer: String) {
        let refuse = DecisionSettings(onFailure: .refuse)
        for relay in [host("relay.example.net", tlsa: .failed(failure)), host("relay.example.net", ipv4: .failed(failure))] {
            check(
                Self.route(.verify, relay), .tls(sni: "relay.example.net", ["relay.example.net": pkixValid]), settings: refuse,
                "defer 451 \(answer)")
            check(Self.route(.verify, relay), .plain, settings: refuse, "defer 451 \(answer)")
        }
        check(
            Self.route(), .tls(sni: "relay.example.net", ["relay.example.net": untrusted]), settings: refuse,
            "refuse 550 5.7.5 route certificate-not-trusted")
    }

    @Test func `of an internal relay nothing is demanded`() {
        check(Self.route(.none), .plain, "accept route route plaintext")
        check(Self.route(.none), .tls(sni: "relay.example.net", [:]), "accept route route unauthenticated")
    }

    @Test func `report only lets a failing route pass and says so`() {
        check(
            Self.route(), .plain, settings: DecisionSettings(enforcement: .report),
            "accept route starttls-not-offered plaintext would defer")
    }

    @Test func `stored evidence of a route leads to the same verdict`() throws {
        let evidence = Self.route()
        let decoded = try EncodedEvidence.decode(DomainEvidence.self, from: EncodedEvidence(evidence).body)
        #expect(decoded == evidence)
    }
}
