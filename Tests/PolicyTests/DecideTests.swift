import Basics
import DANE
import DNS
import Foundation
import MTASTS
import Records
import TLS
import TestSupport
import Testing

@testable import Policy

/// The decision table, row by row.
@Suite struct DecideTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var evidence: DomainEvidence?
        var leg: LegEvidence
        var settings = DecisionSettings()
        var attempts = Attempts()
        var expected: String
        var resultType: ResultType?

        init(
            _ name: String, _ evidence: DomainEvidence, _ state: Leg, at address: IPAddress = v4, tried: [DomainName] = [],
            settings: DecisionSettings = DecisionSettings(), attempts: Attempts = Attempts(), _ expected: String,
            _ resultType: ResultType? = nil
        ) {
            self.name = name
            self.evidence = evidence
            leg = makeLeg(state, of: evidence, at: address, tried: tried)
            self.settings = settings
            self.attempts = attempts
            self.expected = expected
            self.resultType = resultType
        }

        var testDescription: String { name }

        func check() {
            let step = decide(evidence, leg: leg, settings: settings, attempts: attempts, now: noon)
            #expect(step.summary == expected)
            #expect(step.verdict?.resultType == resultType)
        }
    }

    static let tried = Attempts(refreshed: [.tlsa, .stsID])
    static let busy = Attempts(redial: .transactionUsesLeg)
    static let exhausted = Attempts(redial: .exhausted)
    static let failed = Attempts(redial: .failed)
    static let shared = Attempts(isLegShared: true)

    // MARK: Rows 0 and 1

    @Test func `an address literal has no policy`() {
        let leg = LegEvidence(destination: v4, port: 25, tls: .notOffered)
        #expect(decide(nil, leg: leg, settings: DecisionSettings(), now: noon).summary == "accept none address-literal plaintext")
    }

    @Test func `an override holds up to its end and not longer`() {
        let evidence = evidence([daneHost("mx.example.net")])
        let leg = leg(.plain, of: evidence)
        let override = DecisionSettings(override: .init(until: noon + 1, reason: "ticket 4711"))
        #expect(decide(evidence, leg: leg, settings: override, now: noon).summary == "accept override override plaintext")
        #expect(decide(evidence, leg: leg, settings: override, now: noon + 1).summary == "defer 451 4.7.4 dane starttls-not-offered")
    }

    static func allowing(_ kind: OverrideKind, onFailure: DecisionSettings.OnFailure = .defer) -> DecisionSettings {
        DecisionSettings(onFailure: onFailure, override: .init(kind: kind, until: noon + 1, reason: "ticket 4711"))
    }

    @Test(arguments: [
        Case("any, in clear", dane, .plain, settings: allowing(.any), "accept override override plaintext"),
        Case(
            "encrypted, in clear", dane, .plain, settings: allowing(.encrypted), "defer 451 4.7.4 override starttls-not-offered",
            .startTLSNotSupported),
        Case(
            "encrypted, STARTTLS refused", evidence(sts: policy(.enforce)), .refused, settings: allowing(.encrypted),
            "defer 451 4.7.4 override starttls-refused", .startTLSNotSupported),
        Case("encrypted, handshake failed, name untried", dane, .failed, settings: allowing(.encrypted), "redial mx.example.net"),
        Case(
            "encrypted, handshake failed under the name", dane, .failed, tried: ["mx.example.net"], settings: allowing(.encrypted),
            "defer 451 4.7.5 override handshake-failed", .validationFailure),
        Case(
            "encrypted, whoever the server is", dane, .tls(sni: nil, ["mx.example.net": daneMismatch]), settings: allowing(.encrypted),
            "accept override override pkix"),
        Case(
            "encrypted, expired certificate", evidence(sts: policy(.enforce)), .tls(sni: nil, ["mx.example.net": expired]),
            settings: allowing(.encrypted), "accept override override unauthenticated"),
        Case(
            "encrypted, where no policy applies", evidence(), .plain, settings: allowing(.encrypted),
            "defer 451 4.7.4 override starttls-not-offered", .startTLSNotSupported),
        Case(
            "encrypted, and failures bounce", dane, .plain, settings: allowing(.encrypted, onFailure: .refuse),
            "refuse 550 5.7.4 override starttls-not-offered", .startTLSNotSupported),
        Case(
            "encrypted, null MX", evidence([], mx: .null(.secure)), .tls(sni: nil, [:]), settings: allowing(.encrypted),
            "accept override override unauthenticated"),
    ])
    func `row 0, what an override allows`(_ example: Case) { example.check() }

    @Test func `a refusal by an override names it`() {
        let leg = leg(.plain, of: Self.dane)
        let verdict = decide(Self.dane, leg: leg, settings: Self.allowing(.encrypted), now: noon).verdict
        #expect(verdict?.detail == "override (encrypted only); 203.0.113.25 does not offer STARTTLS")
    }

    /// What is missing of a leg that has to have at least this much protection; nil if it has.
    private func shortfall(
        of least: SecurityLevel, _ evidence: DomainEvidence, _ state: Leg, attempts: Attempts = Attempts(redial: .unwanted)
    ) -> String? {
        let context = DecisionContext(
            evidence: evidence, leg: leg(state, of: evidence), settings: DecisionSettings(), attempts: attempts, now: noon)
        return context.shortfall(of: least, demand: "override")?.summary
    }

    @Test func `an override could ask for a valid certificate`() {
        let plain = evidence()
        #expect(shortfall(of: .pkix, plain, .tls(sni: nil, ["mx.example.net": pkixValid])) == nil)
        #expect(shortfall(of: .pkix, Self.dane, .tls(sni: nil, ["mx.example.net": daneMatch])) == nil)
        #expect(shortfall(of: .pkix, plain, .plain) == "defer 451 4.7.4 override starttls-not-offered")
        let old = Leg.tls(sni: "mx.example.net", ["mx.example.net": expired])
        #expect(shortfall(of: .pkix, plain, old) == "defer 451 4.7.5 override certificate-expired")
        let wrong = Leg.tls(sni: nil, ["mx.example.net": wrongName])
        #expect(shortfall(of: .pkix, plain, wrong, attempts: Attempts()) == "redial mx.example.net")
        #expect(shortfall(of: .pkix, plain, wrong) == "defer 451 4.7.5 override certificate-host-mismatch")
        let nobody = evidence([], mx: .failed(serverFailure))
        #expect(shortfall(of: .pkix, nobody, .tls(sni: nil, [:])) == "defer 451 4.7.5 override certificate-host-mismatch")
        #expect(shortfall(of: .daneVerified, Self.dane, .tls(sni: nil, ["mx.example.net": daneMatch])) == nil)
    }

    @Test(arguments: [
        Case("secure null MX", evidence([], mx: .null(.secure)), .plain, "refuse 556 5.1.10 none null-mx"),
        Case("insecure null MX", evidence([], mx: .null(.insecure)), .plain, "defer 451 4.4.3 none null-mx"),
        Case("MX look-up failed", evidence([], mx: .failed(serverFailure)), .plain, "defer 451 4.4.3 none mx-lookup-failed"),
        Case("MX bogus", evidence([], mx: .failed(bogus)), .plain, "defer 451 4.4.3 dane dnssec-bogus", .dnssecInvalid),
        Case("no such domain", evidence([], mx: .nonexistent(.secure)), .plain, "accept none domain-not-found plaintext"),
        Case(
            "no such domain, enforce cached", evidence([], mx: .nonexistent(.insecure), sts: policy(.enforce)), .plain,
            "defer 451 4.4.3 sts domain-not-found"),
        Case(
            "no such domain, testing cached", evidence([], mx: .nonexistent(.insecure), sts: policy(.testing)), .plain,
            "accept none domain-not-found plaintext"),
        Case(
            "no such domain, insecurely, and nothing known of its policy", evidence([], mx: .nonexistent(.insecure), sts: .pending), .plain,
            "defer 451 4.7.0 sts policy-pending"),
        Case(
            "no such domain, DANE required", evidence([], mx: .nonexistent(.insecure)), .plain, settings: DecisionSettings(require: .dane),
            "defer 451 4.7.5 dane dane-required", .daneRequired),
        Case("implicit MX", evidence([host("example.net")], mx: .implicit(.insecure)), .plain, "accept none no-policy plaintext"),
    ])
    func `row 1, what the MX answer decides`(_ example: Case) { example.check() }

    // MARK: Rows 2 to 4

    static let dane = evidence([daneHost("mx.example.net")])
    static let twoHosts = evidence([daneHost("mx1.example.net", [v4]), host("mx2.example.net", [elsewhere])])
    static let aliased = evidence([daneHost("mx.example.net", base: "mail.provider.example")])

    @Test(arguments: [
        Case("matches", dane, .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]), "accept dane dane-verified dane-verified"),
        Case("matches, SNI was another", dane, .tls(sni: "other.example", ["mx.example.net": daneMatch]), "redial mx.example.net"),
        Case("matches, no SNI was sent", dane, .tls(sni: nil, ["mx.example.net": daneMatch]), "redial mx.example.net"),
        Case(
            "SNI is the TLSA base domain, not the MX host", aliased, .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]),
            "redial mail.provider.example"),
        Case(
            "matches under the TLSA base domain", aliased, .tls(sni: "mail.provider.example", ["mx.example.net": daneMatch]),
            "accept dane dane-verified dane-verified"),
        Case(
            "matches under another name, no re-dial left", dane, .tls(sni: nil, ["mx.example.net": daneMatch]), attempts: exhausted,
            "defer 421 4.3.0 dane needs-new-session"),
        Case(
            "matches under another name, the re-dial failed", dane, .tls(sni: nil, ["mx.example.net": daneMatch]),
            tried: ["mx.example.net"],
            attempts: failed, "defer 421 4.3.0 dane needs-new-session"),
        Case(
            "matches under another name, the name was dialled in vain", dane, .tls(sni: nil, ["mx.example.net": daneMatch]),
            tried: ["mx.example.net"], "defer 451 4.7.5 dane dane-mismatch", .validationFailure),
        Case(
            "matches under another name, on a leg of other domains", dane, .tls(sni: "other.example", ["mx.example.net": daneMatch]),
            attempts: shared, "accept dane dane-verified dane-verified"),
        Case(
            "does not match, on a leg of other domains", dane, .tls(sni: "other.example", ["mx.example.net": daneMismatch]),
            attempts: shared, "redial mx.example.net"),
        Case(
            "mismatch, no re-dial left", dane, .tls(sni: "other.example", ["mx.example.net": daneMismatch]), attempts: exhausted,
            "defer 421 4.3.0 dane needs-new-session"),
        Case(
            "mismatch, the re-dial failed", dane, .tls(sni: "other.example", ["mx.example.net": daneMismatch]), tried: ["mx.example.net"],
            attempts: failed, "defer 421 4.3.0 dane needs-new-session"),
        Case(
            "matches under another name, transaction uses the leg", dane, .tls(sni: nil, ["mx.example.net": daneMatch]), attempts: busy,
            "defer 451 4.7.0 dane needs-own-transaction"),
        Case("no STARTTLS", dane, .plain, "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case("STARTTLS refused", dane, .refused, "defer 451 4.7.4 dane starttls-refused", .startTLSNotSupported),
        Case("handshake failed, name untried", dane, .failed, "redial mx.example.net"),
        Case(
            "handshake failed under the name", dane, .failed, tried: ["mx.example.net"], "defer 451 4.7.5 dane handshake-failed",
            .validationFailure),
        Case("mismatch, name untried", dane, .tls(sni: nil, ["mx.example.net": daneMismatch]), "redial mx.example.net"),
        Case(
            "mismatch, records fresh", dane, .tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]),
            "defer 451 4.7.5 dane dane-mismatch", .validationFailure),
        Case(
            "mismatch, records cached for 11 s", evidence([daneHost("mx.example.net")], age: 11),
            .tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]), "refresh tlsa"),
        Case(
            "mismatch, records asked again", evidence([daneHost("mx.example.net")], age: 11),
            .tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]), attempts: tried, "defer 451 4.7.5 dane dane-mismatch",
            .validationFailure),
        Case(
            "trust anchor matches, name does not", dane,
            .tls(sni: "mx.example.net", ["mx.example.net": HostAuthentication(dane: .hostMismatch, pkix: .hostMismatch)]),
            "defer 451 4.7.5 dane dane-mismatch", .certificateHostMismatch),
        Case(
            "trust anchor matches, leaf expired", dane,
            .tls(sni: "mx.example.net", ["mx.example.net": HostAuthentication(dane: .expired, pkix: .expired)]),
            "defer 451 4.7.5 dane dane-mismatch", .certificateExpired),
        Case("the other host, which has no TLSA", twoHosts, .plain, at: elsewhere, "accept none no-policy plaintext"),
        Case(
            "an unknown address may be the DANE host", twoHosts, .plain, at: IPAddress("203.0.113.7")!,
            "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case(
            "the DANE host's certificate at another's address", twoHosts, .tls(sni: "mx1.example.net", ["mx1.example.net": daneMatch]),
            at: elsewhere, "accept dane dane-verified dane-verified"),
    ])
    func `rows 2 and 3, DANE`(_ example: Case) { example.check() }

    static func failing(_ failure: DNSFailure) -> DomainEvidence {
        evidence([host("mx.example.net", tlsa: .failed(failure))])
    }

    @Test(arguments: [
        Case("TLSA look-up failed", failing(serverFailure), .plain, "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
        Case("TLSA bogus", failing(bogus), .plain, "defer 451 4.7.5 dane dnssec-bogus", .dnssecInvalid),
        Case(
            "a good certificate does not help", failing(bogus), .tls(sni: "mx.example.net", ["mx.example.net": pkixValid]),
            "defer 451 4.7.5 dane dnssec-bogus", .dnssecInvalid),
        Case(
            "AAAA failed, the leg is IPv4", evidence([host("mx.example.net", [v4], ipv6: .failed(serverFailure))]), .plain,
            "accept none no-policy plaintext"),
        Case(
            "A failed, the leg is IPv4", evidence([host("mx.example.net", [v6], ipv4: .failed(serverFailure))]), .plain,
            "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
        Case(
            "A failed, the leg is IPv6", evidence([host("mx.example.net", [v6], ipv4: .failed(serverFailure))]), .plain, at: v6,
            "accept none no-policy plaintext"),
        Case(
            "another host's failure",
            evidence([host("mx1.example.net", [elsewhere], tlsa: .failed(serverFailure)), host("mx2.example.net")]),
            .plain, "accept none no-policy plaintext"),
        Case(
            "another host's failure, address unknown",
            evidence([host("mx1.example.net", [elsewhere], tlsa: .failed(serverFailure)), host("mx2.example.net")]), .plain,
            at: IPAddress("203.0.113.7")!, "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
        Case(
            "TLSA look-up failed, refuse: no bounce over a name server", failing(serverFailure), .plain,
            settings: DecisionSettings(onFailure: .refuse), "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
    ])
    func `row 4, look-ups that failed`(_ example: Case) { example.check() }

    /// A good first host with rotating addresses, and a backup whose name server is out of order.
    static func lame(_ failure: DNSFailure = serverFailure, secure: Bool = false, sts: STSStatus = .none(.noRecord)) -> DomainEvidence {
        evidence([host("mx1.example.net"), host("mx2.example.net", [], ipv4: .failed(failure))], secure: secure, sts: sts)
    }
    static let both: [DomainName: HostAuthentication] = ["mx1.example.net": pkixValid, "mx2.example.net": pkixValid]
    static let first: [DomainName: HostAuthentication] = ["mx1.example.net": pkixValid, "mx2.example.net": wrongName]
    static let second: [DomainName: HostAuthentication] = ["mx1.example.net": wrongName, "mx2.example.net": pkixValid]

    @Test(arguments: [
        Case("insecure MX, in clear", lame(), .plain, at: elsewhere, "accept none no-policy plaintext"),
        Case("insecure MX, bogus", lame(bogus), .plain, at: elsewhere, "accept none no-policy plaintext"),
        Case(
            "insecure MX, self-signed", lame(), .tls(sni: nil, ["mx1.example.net": untrusted]), at: elsewhere,
            "accept none no-policy unauthenticated"),
        Case(
            "insecure MX, shown to be the backup", lame(), .tls(sni: nil, second), at: elsewhere,
            "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
        Case(
            "secure MX, nothing shown", lame(secure: true), .plain, at: elsewhere, "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid
        ),
        Case(
            "secure MX, nothing shown, bogus", lame(bogus, secure: true), .plain, at: elsewhere, "defer 451 4.7.5 dane dnssec-bogus",
            .dnssecInvalid),
        Case("secure MX, shown to be the first", lame(secure: true), .tls(sni: nil, first), at: elsewhere, "accept none no-policy pkix"),
        Case("secure MX, one certificate for both", lame(secure: true), .tls(sni: nil, both), at: elsewhere, "accept none no-policy pkix"),
        Case(
            "secure MX, shown to be the backup", lame(secure: true), .tls(sni: nil, second), at: elsewhere,
            "defer 451 4.4.3 dane host-lookup-failed", .dnssecInvalid),
        Case(
            "all hosts in error, one of them bogus",
            evidence(
                [host("mx1.example.net", [], ipv4: .failed(serverFailure)), host("mx2.example.net", [], ipv4: .failed(bogus))],
                secure: false),
            .plain, at: elsewhere, "defer 451 4.7.5 dane dnssec-bogus", .dnssecInvalid),
        Case(
            "a lame backup does not stand in for DANE of the first",
            evidence(
                [daneHost("mx1.example.net"), host("mx2.example.net", [], ipv4: .failed(serverFailure))]), .plain, at: elsewhere,
            "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case(
            "an enforced policy is enforced beside a lame backup", lame(sts: policy(.enforce, mx: ["*.example.net"])), .plain,
            at: elsewhere,
            attempts: tried, "defer 451 4.7.4 sts starttls-not-offered", .startTLSNotSupported),
    ])
    func `row 4, a lame backup host at an unknown address`(_ example: Case) { example.check() }

    // MARK: Insecure MX records

    static func insecure(_ sts: STSStatus = .none(.noRecord)) -> DomainEvidence {
        evidence([daneHost("mx.example.net")], secure: false, sts: sts)
    }
    static let bothPass = HostAuthentication(dane: .matched(record: record, depth: 0), pkix: .valid(until: noon + 86_400))

    @Test(arguments: [
        Case(
            "dane: used, and not called secure", insecure(), .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]),
            "accept dane dane-verified dane-insecure-mx"),
        Case("dane: demanded", insecure(), .plain, "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case(
            "encrypt: TLS is enough", insecure(), .tls(sni: nil, ["mx.example.net": daneMismatch]),
            settings: DecisionSettings(insecureMX: .encrypt), "accept dane tlsa-unusable pkix", .tlsaInvalid),
        Case(
            "encrypt: TLS is needed", insecure(), .plain, settings: DecisionSettings(insecureMX: .encrypt),
            "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case("off: ignored", insecure(), .plain, settings: DecisionSettings(insecureMX: .off), "accept none no-policy plaintext"),
        Case(
            "a forged MX with TLSA of its own does not pass an enforced MTA-STS policy",
            insecure(policy(.enforce, mx: ["real.example.net"])),
            .tls(sni: "mx.example.net", ["mx.example.net": bothPass]), attempts: tried, "defer 451 4.7.5 sts sts-mx-mismatch",
            .validationFailure),
        Case(
            "nor one that is not known yet", insecure(.pending), .tls(sni: "mx.example.net", ["mx.example.net": bothPass]),
            "defer 451 4.7.0 sts policy-pending"),
        Case(
            "nor DANE that the operator requires", insecure(), .tls(sni: "mx.example.net", ["mx.example.net": bothPass]),
            settings: DecisionSettings(require: .dane), "defer 451 4.7.5 dane dane-required", .daneRequired),
        Case(
            "DANE and MTA-STS both pass", insecure(policy(.enforce)), .tls(sni: "mx.example.net", ["mx.example.net": bothPass]),
            "accept sts sts-verified sts-verified"),
        Case(
            "DANE fails where MTA-STS passes", insecure(policy(.enforce)), .tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]),
            "defer 451 4.7.5 dane dane-mismatch", .validationFailure),
    ])
    func `insecure MX records`(_ example: Case) { example.check() }

    // MARK: Row 5

    static let enforce = evidence(secure: false, sts: policy(.enforce))
    static let wildcard = evidence(
        [host("mx1.example.net"), host("mx2.example.net")], secure: false, sts: policy(.enforce, mx: ["*.example.net"]))

    @Test(arguments: [
        Case(
            "good certificate", enforce, .tls(sni: "mx.example.net", ["mx.example.net": pkixValid]), "accept sts sts-verified sts-verified"),
        Case("good certificate, SNI was another", enforce, .tls(sni: nil, ["mx.example.net": pkixValid]), "redial mx.example.net"),
        Case(
            "good certificate, transaction uses the leg", enforce, .tls(sni: nil, ["mx.example.net": pkixValid]), attempts: busy,
            "defer 451 4.7.0 sts needs-own-transaction"),
        Case(
            "good certificate, on a leg of other domains", enforce, .tls(sni: "other.example", ["mx.example.net": pkixValid]),
            attempts: shared, "accept sts sts-verified sts-verified"),
        Case(
            "wrong name, on a leg of other domains", enforce, .tls(sni: "other.example", ["mx.example.net": wrongName]), attempts: shared,
            "redial mx.example.net"),
        Case(
            "good certificate, no re-dial left", enforce, .tls(sni: "other.example", ["mx.example.net": pkixValid]), attempts: exhausted,
            "defer 421 4.3.0 sts needs-new-session"),
        Case("no STARTTLS: look at the id first", enforce, .plain, "refresh stsID"),
        Case("no STARTTLS", enforce, .plain, attempts: tried, "defer 451 4.7.4 sts starttls-not-offered", .startTLSNotSupported),
        Case("STARTTLS refused", enforce, .refused, attempts: tried, "defer 451 4.7.4 sts starttls-refused", .startTLSNotSupported),
        Case("handshake failed, name untried", enforce, .failed, attempts: tried, "redial mx.example.net"),
        Case(
            "handshake failed", enforce, .failed, tried: ["mx.example.net"], attempts: tried, "defer 451 4.7.5 sts handshake-failed",
            .validationFailure),
        Case("wrong name, untried", enforce, .tls(sni: "other.example", ["mx.example.net": wrongName]), "redial mx.example.net"),
        Case("wrong name: look at the id first", enforce, .tls(sni: "mx.example.net", ["mx.example.net": wrongName]), "refresh stsID"),
        Case(
            "wrong name", enforce, .tls(sni: "mx.example.net", ["mx.example.net": wrongName]), attempts: tried,
            "defer 451 4.7.5 sts certificate-host-mismatch", .certificateHostMismatch),
        Case(
            "expired", enforce, .tls(sni: "mx.example.net", ["mx.example.net": expired]), attempts: tried,
            "defer 451 4.7.5 sts certificate-expired", .certificateExpired),
        Case(
            "not trusted", enforce, .tls(sni: "mx.example.net", ["mx.example.net": untrusted]), attempts: tried,
            "defer 451 4.7.5 sts certificate-not-trusted", .certificateNotTrusted),
        Case(
            "expired since it was checked", enforce,
            .tls(sni: "mx.example.net", ["mx.example.net": HostAuthentication(pkix: .valid(until: noon - 1))]), attempts: tried,
            "defer 451 4.7.5 sts certificate-expired", .certificateExpired),
        Case(
            "no host matches a pattern", evidence(secure: false, sts: policy(.enforce, mx: ["other.example.net"])),
            .tls(sni: "mx.example.net", ["mx.example.net": pkixValid]), attempts: tried, "defer 451 4.7.5 sts sts-mx-mismatch",
            .validationFailure),
        Case(
            "a certificate for a pattern's other host proves nothing about a host that is no MX", wildcard,
            .tls(sni: "mx1.example.net", ["mx1.example.net": wrongName, "mx2.example.net": wrongName]), tried: ["mx2.example.net"],
            attempts: tried, "defer 451 4.7.5 sts certificate-host-mismatch", .certificateHostMismatch),
        Case(
            "the other host at the address", wildcard,
            .tls(sni: "mx2.example.net", ["mx1.example.net": wrongName, "mx2.example.net": pkixValid]),
            "accept sts sts-verified sts-verified"),
        Case(
            "DANE fails where MTA-STS would pass", evidence([daneHost("mx.example.net")], sts: policy(.enforce)),
            .tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]), "defer 451 4.7.5 dane dane-mismatch", .validationFailure),
        Case(
            "an unknown address that MTA-STS proves to be the host without TLSA",
            evidence([daneHost("mx1.example.net"), host("mx2.example.net", [elsewhere])], sts: policy(.enforce, mx: ["*.example.net"])),
            .tls(sni: "mx2.example.net", ["mx1.example.net": daneMismatch, "mx2.example.net": pkixValid]), at: IPAddress("203.0.113.7")!,
            "accept sts sts-verified sts-verified"),
        Case(
            "the DANE host's own address is no exception",
            evidence([daneHost("mx1.example.net"), host("mx2.example.net", [elsewhere])], sts: policy(.enforce, mx: ["*.example.net"])),
            .tls(sni: "mx2.example.net", ["mx1.example.net": daneMismatch, "mx2.example.net": pkixValid]), tried: ["mx1.example.net"],
            "defer 451 4.7.5 dane dane-mismatch", .validationFailure),
    ])
    func `row 5, MTA-STS enforce`(_ example: Case) { example.check() }

    static let testing = evidence(secure: false, sts: policy(.testing))
    static let encrypt = evidence([host("mx.example.net", tlsa: .records([unusable]))])

    @Test(arguments: [
        Case(
            "testing, good certificate", testing, .tls(sni: "mx.example.net", ["mx.example.net": pkixValid]),
            "accept sts sts-verified sts-verified"),
        Case(
            "testing, wrong name", testing, .tls(sni: "mx.example.net", ["mx.example.net": wrongName]), attempts: tried,
            "accept sts certificate-host-mismatch unauthenticated would defer", .certificateHostMismatch),
        Case(
            "testing, no STARTTLS", testing, .plain, attempts: tried, "accept sts starttls-not-offered plaintext would defer",
            .startTLSNotSupported),
        Case("pending", evidence(sts: .pending), .plain, "defer 451 4.7.0 sts policy-pending"),
        Case(
            "pending, configured to proceed", evidence(sts: .pending), .plain, settings: DecisionSettings(onPending: .proceed),
            "accept none no-policy plaintext"),
        Case("unusable TLSA, plain", encrypt, .plain, "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
        Case(
            "unusable TLSA, TLS", encrypt, .tls(sni: nil, ["mx.example.net": untrusted]), "accept dane tlsa-unusable unauthenticated",
            .tlsaInvalid),
        Case(
            "unusable TLSA, enforced policy decides", evidence([host("mx.example.net", tlsa: .records([unusable]))], sts: policy(.enforce)),
            .tls(sni: "mx.example.net", ["mx.example.net": wrongName]), attempts: tried, "defer 451 4.7.5 sts certificate-host-mismatch",
            .certificateHostMismatch),
        Case(
            "DANE required, none there", evidence(), .plain, settings: DecisionSettings(require: .dane),
            "defer 451 4.7.5 dane dane-required", .daneRequired),
        Case(
            "DANE required and there", dane, .tls(sni: "mx.example.net", ["mx.example.net": daneMatch]),
            settings: DecisionSettings(require: .dane), "accept dane dane-verified dane-verified"),
        Case(
            "a policy that cannot be fetched", evidence(sts: .none(.fetchFailed(STSFailure(.fetchError, "HTTP 404")))), .plain,
            "accept none no-policy plaintext", .stsPolicyFetchError),
        Case(
            "a policy host without a good certificate", evidence(sts: .none(.fetchFailed(STSFailure(.webPKIInvalid, "expired")))), .plain,
            "accept none no-policy plaintext", .stsWebPKIInvalid),
        Case(
            "a TXT record that breaks the grammar", evidence(sts: .none(.invalidRecord(STSFailure(.policyInvalid, "no id")))), .plain,
            "accept none no-policy plaintext", .stsPolicyInvalid),
        Case("no policy, plain", evidence(), .plain, "accept none no-policy plaintext"),
        Case("no policy, handshake failed", evidence(), .failed, "accept none no-policy plaintext"),
        Case("no policy, TLS", evidence(), .tls(sni: nil, ["mx.example.net": untrusted]), "accept none no-policy unauthenticated"),
        Case("no policy, valid certificate", evidence(), .tls(sni: nil, ["mx.example.net": pkixValid]), "accept none no-policy pkix"),
    ])
    func `row 5, the rest`(_ example: Case) { example.check() }

    // MARK: Enforcement

    @Test(arguments: [
        Case(
            "report only", dane, .plain, settings: DecisionSettings(enforcement: .report),
            "accept dane starttls-not-offered plaintext would defer", .startTLSNotSupported),
        Case(
            "report only, refuse", dane, .plain, settings: DecisionSettings(enforcement: .report, onFailure: .refuse),
            "accept dane starttls-not-offered plaintext would refuse", .startTLSNotSupported),
        Case(
            "report only, null MX", evidence([], mx: .null(.secure)), .plain, settings: DecisionSettings(enforcement: .report),
            "accept none null-mx plaintext would refuse"),
        Case(
            "refuse", dane, .plain, settings: DecisionSettings(onFailure: .refuse), "refuse 550 5.7.4 dane starttls-not-offered",
            .startTLSNotSupported),
        Case(
            "refuse does not turn a look-up failure into a bounce", evidence([], mx: .failed(serverFailure)), .plain,
            settings: DecisionSettings(onFailure: .refuse), "defer 451 4.4.3 none mx-lookup-failed"),
        Case(
            "refuse does not turn a pending policy into a bounce", evidence(sts: .pending), .plain,
            settings: DecisionSettings(onFailure: .refuse), "defer 451 4.7.0 sts policy-pending"),
        Case(
            "refuse does not bounce over DNSSEC out of order", failing(bogus), .plain, settings: DecisionSettings(onFailure: .refuse),
            "defer 451 4.7.5 dane dnssec-bogus", .dnssecInvalid),
        Case(
            "refuse does not bounce while another host that the leg may be could not be looked up",
            evidence([daneHost("mx1.example.net"), host("mx2.example.net", tlsa: .failed(serverFailure))]), .plain,
            settings: DecisionSettings(onFailure: .refuse), "defer 451 4.7.4 dane starttls-not-offered", .startTLSNotSupported),
    ])
    func `enforcement and failure answers`(_ example: Case) { example.check() }

    @Test func `a resumed leg is refused only after a full handshake`() {
        for (evidence, bad, good) in [(Self.dane, daneMismatch, daneMatch), (Self.enforce, wrongName, pkixValid)] {
            func summary(_ found: HostAuthentication, _ redial: Attempts.Redial, isResumed: Bool = true) -> String {
                var old = leg(.tls(sni: "mx.example.net", ["mx.example.net": found]), of: evidence)
                old.tls = .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: isResumed))
                let attempts = Attempts(redial: redial, refreshed: [.tlsa, .stsID])
                return decide(evidence, leg: old, settings: DecisionSettings(), attempts: attempts, now: noon).summary
            }
            #expect(summary(bad, .allowed) == "renew")
            #expect(summary(bad, .transactionUsesLeg).hasSuffix("needs-own-transaction"))
            #expect(summary(bad, .exhausted).hasSuffix("needs-new-session"))
            #expect(summary(bad, .unwanted).hasPrefix("defer 451 4.7.5"))
            #expect(summary(bad, .allowed, isResumed: false).hasPrefix("defer 451 4.7.5"))
            #expect(summary(good, .allowed).hasPrefix("accept"))
        }
    }

    @Test func `a TLS version older than 1.2 authenticates nobody`() {
        for (evidence, findings) in [(Self.dane, daneMatch), (Self.enforce, pkixValid)] {
            var old = leg(.tls(sni: "mx.example.net", ["mx.example.net": findings]), of: evidence)
            old.tls = .established(TLSInfo(version: .tls11, cipher: "ECDHE-RSA-AES256-SHA", resumed: false))
            let verdict = decide(evidence, leg: old, settings: DecisionSettings(), attempts: Self.tried, now: noon).verdict
            #expect(verdict?.action == .defer)
            #expect(verdict?.detail.contains("older than 1.2") == true)
        }
        var old = leg(.tls(sni: nil, ["mx.example.net": pkixValid]), of: evidence())
        old.tls = .established(TLSInfo(version: .tls10, cipher: "AES256-SHA", resumed: false))
        #expect(decide(evidence(), leg: old, settings: DecisionSettings(), now: noon).summary == "accept none no-policy unauthenticated")
    }

    @Test func `what the re-dial failed of is the cause that is told`() {
        var attempts = Self.failed
        attempts.redialFailure = "the server closes: 421 4.7.0 too many connections"
        let evidence = evidence([daneHost("mx.example.net")])
        var leg = leg(.tls(sni: "other.example", ["mx.example.net": daneMismatch]), of: evidence)
        leg.triedServerNames = ["mx.example.net"]
        let verdict = decide(evidence, leg: leg, settings: DecisionSettings(), attempts: attempts, now: noon).verdict
        #expect(verdict?.detail.hasSuffix("again failed: the server closes: 421 4.7.0 too many connections") == true)
    }

    @Test func `only an unauthenticated leg under an enforced policy makes permanent replies suspect`() throws {
        let unusable = try #require(
            decide(Self.encrypt, leg: leg(.tls(sni: nil, [:]), of: Self.encrypt), settings: DecisionSettings(), now: noon).verdict)
        #expect(unusable.isEnforcedPolicy && !unusable.level.isAuthenticated)
        let testing = try #require(
            decide(Self.testing, leg: leg(.plain, of: Self.testing), settings: DecisionSettings(), attempts: Self.tried, now: noon).verdict)
        #expect(!testing.isEnforcedPolicy)
        let none = try #require(decide(evidence(), leg: leg(.plain, of: evidence()), settings: DecisionSettings(), now: noon).verdict)
        #expect(!none.isEnforcedPolicy)
    }
}

/// `leg`, for an initialiser that has a property of that name.
private func makeLeg(_ state: Leg, of evidence: DomainEvidence, at address: IPAddress, tried: [DomainName]) -> LegEvidence {
    leg(state, of: evidence, at: address, tried: tried)
}
