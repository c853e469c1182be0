import DANE
import Foundation
import MTASTS
import TLS
import TestSupport
import Testing

@testable import Policy

/// Row 6: what the sender asks for with REQUIRETLS (RFC 8689 4.2.1).
@Suite struct RequireTLSTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var evidence: DomainEvidence?
        var leg: LegEvidence
        var settings: DecisionSettings
        var attempts: Attempts
        var expected: String

        init(
            _ name: String, _ evidence: DomainEvidence?, _ state: Leg, offered: Bool? = true,
            settings: DecisionSettings = DecisionSettings(),
            attempts: Attempts = Attempts(redial: .unwanted, refreshed: [.tlsa, .stsID]), _ expected: String
        ) {
            testDescription = name
            self.evidence = evidence
            leg = evidence.map { Self.leg(state, $0) } ?? LegEvidence(destination: v4, port: 25, tls: .notOffered)
            leg.offersRequireTLS = offered
            self.settings = settings
            self.attempts = attempts
            self.expected = expected
        }

        private static func leg(_ state: Leg, _ evidence: DomainEvidence) -> LegEvidence { PolicyTests.leg(state, of: evidence) }
    }

    static let dane = evidence([daneHost("mx.example.net")])
    static let signed = evidence()
    static let unsigned = evidence(secure: false)
    static let enforce = evidence(secure: false, sts: policy(.enforce))
    static let testing = evidence(secure: false, sts: policy(.testing))
    static let encrypt = evidence([host("mx.example.net", tlsa: .records([unusable]))])
    static let good = Leg.tls(sni: "mx.example.net", ["mx.example.net": pkixValid])
    static let bad = Leg.tls(sni: "mx.example.net", ["mx.example.net": wrongName])
    static let allowed = Attempts()

    @Test(arguments: [
        Case("DANE", dane, .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]), "accept dane dane-verified dane-verified"),
        Case("MTA-STS", enforce, good, "accept sts sts-verified sts-verified"),
        Case("secure MX and PKIX", signed, good, "accept none no-policy pkix"),
        Case("unusable TLSA, secure MX and PKIX", encrypt, good, "accept dane tlsa-unusable pkix"),
        Case("unusable TLSA alone", encrypt, bad, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("insecure MX and PKIX", unsigned, good, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("MTA-STS in testing mode", testing, good, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("MTA-STS in testing mode, failing", testing, bad, "refuse 550 5.7.10 none requiretls-unmet"),
        Case(
            "DANE behind an insecure MX", evidence([daneHost("mx.example.net")], secure: false),
            .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]), "refuse 550 5.7.10 none requiretls-unmet"),
        Case("secure MX, wrong certificate", signed, bad, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("secure MX, no certificate", signed, .tls(sni: nil, [:]), "refuse 550 5.7.10 none requiretls-unmet"),
        Case("no STARTTLS", signed, .plain, attempts: allowed, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("STARTTLS refused", signed, .refused, attempts: allowed, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("handshake failed, name untried", signed, .failed, attempts: allowed, "redial mx.example.net"),
        Case(
            "wrong certificate, name untried", signed, .tls(sni: nil, ["mx.example.net": wrongName]), attempts: allowed,
            "redial mx.example.net"),
        Case(
            "wrong certificate, transaction uses the leg", signed, .tls(sni: nil, ["mx.example.net": wrongName]),
            attempts: Attempts(redial: .transactionUsesLeg), "defer 451 4.7.0 none needs-own-transaction"),
        Case(
            "keyword missing", dane, .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]), offered: false,
            "refuse 550 5.7.30 none requiretls-not-offered"),
        Case("keyword not looked for", signed, good, offered: nil, "refuse 550 5.7.30 none requiretls-not-offered"),
        Case("both missing: the leg comes first", signed, bad, offered: false, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("the domain's policy fails: its own answer", dane, .plain, "defer 451 4.7.4 dane starttls-not-offered"),
        Case("null MX", evidence([], mx: .null(.secure)), good, "refuse 556 5.1.10 none null-mx"),
        Case("no such domain", evidence([], mx: .nonexistent(.secure)), good, "refuse 550 5.7.10 none requiretls-unmet"),
        Case("address literal", nil, .plain, "refuse 550 5.7.10 none requiretls-unmet"),
        Case(
            "an override exempts from the domain's policy, not from the sender's demand", dane, .plain,
            settings: DecisionSettings(override: .init(until: noon + 1, reason: "ticket 4711")), "refuse 550 5.7.10 none requiretls-unmet"),
        Case(
            "nor does one that allows TLS alone", unsigned, bad,
            settings: DecisionSettings(override: .init(kind: .encrypted, until: noon + 1, reason: "ticket 4711")),
            "refuse 550 5.7.10 none requiretls-unmet"),
        Case(
            "what an override holds back keeps its own answer", dane, .plain,
            settings: DecisionSettings(override: .init(kind: .encrypted, until: noon + 1, reason: "ticket 4711")),
            "defer 451 4.7.4 override starttls-not-offered"),
        Case(
            "report only", signed, .plain, settings: DecisionSettings(enforcement: .report),
            "accept none requiretls-unmet plaintext would refuse"),
    ])
    func `REQUIRETLS asked`(_ example: Case) {
        let step = decide(
            example.evidence, leg: example.leg, settings: example.settings, attempts: example.attempts, requireTLS: true, now: noon)
        #expect(step.summary == example.expected)
        #expect(step.verdict.map { $0.resultType == nil || $0.reason != .requireTLSUnmet } ?? true)
    }

    @Test func `not asked, it changes nothing`() {
        let leg = leg(.plain, of: Self.signed)
        #expect(decide(Self.signed, leg: leg, settings: DecisionSettings(), now: noon).summary == "accept none no-policy plaintext")
    }

    @Test func `a leg recorded before anyone looked for the keyword can still be read`() throws {
        let leg = leg(Self.good, of: Self.signed)
        let stored = EncodedEvidence(leg)
        #expect(!String(decoding: stored.body, as: UTF8.self).contains("offersRequireTLS"))
        #expect(try EncodedEvidence.decode(LegEvidence.self, from: stored.body) == leg)
    }
}
