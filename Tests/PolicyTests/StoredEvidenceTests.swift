import Basics
import Foundation
import Records
import TestSupport
import Testing

@testable import Policy

/// What earlier versions stored is read, and stored again to the octet: evidence is addressed by its digest.
@Suite struct StoredEvidenceTests {
    private static let domain = """
        {"domain":"example.net","expandedDomain":"mail.example.net","hosts":[{"addressStatus":{"ipv4":{"secure":{}},"ipv6":{"empty":{}}},\
        "addresses":["192.0.2.1"],"expandedName":"a_1.example.net","host":"mx.example.net","tlsa":{"records":{"_0":[{"data":[1,255],\
        "matchingType":1,"selector":1,"usage":3}]}},"tlsaBase":"mx.example.net","ttl":300},{"addressStatus":{"ipv4":{"insecure":{}},\
        "ipv6":{"empty":{}}},"addresses":["192.0.2.2"],"expandedName":"\\\\042.example.net","host":"\\\\042.example.net",\
        "tlsa":{"none":{"_0":"insecureAddress"}},"ttl":60}],"lookedUpAt":1800000000,"mx":{"records":{"_0":[{"exchange":"mx.example.net",\
        "preference":10},{"exchange":"\\\\042.example.net","preference":20}],"_1":"secure"}},"sts":{"none":{"_0":{"noRecord":{}}}}}
        """

    private static let leg = """
        {"attempts":{"redial":"allowed","refreshed":["tlsa"]},"leg":{"authentication":{"b.example.net":{"pkix":{"hostMismatch":{}}},\
        "mx.example.net":{"dane":{"noMatch":{}},"pkix":{"hostMismatch":{}}}},"certificates":["00ff"],"destination":"192.0.2.1",\
        "hostsAtDestination":["mx.example.net"],"port":25,"serverName":"mx.example.net","tls":{"notOffered":{}},\
        "triedServerNames":["mx.example.net","b.example.net"]},"settings":{"enforcement":"enforce","insecureMX":"dane",\
        "onFailure":"defer","onPending":"defer"}}
        """

    @Test func `the evidence about a domain`() throws {
        let evidence = try EncodedEvidence.decode(DomainEvidence.self, from: Array(Self.domain.utf8))
        #expect(evidence.domain == "example.net" && evidence.hosts.map(\.host) == ["mx.example.net", "\\042.example.net"])
        #expect(String(decoding: EncodedEvidence(evidence).body, as: UTF8.self) == Self.domain)
    }

    @Test func `the evidence about a leg`() throws {
        let inputs = try EncodedEvidence.decode(DecisionInputs.self, from: Array(Self.leg.utf8))
        #expect(inputs.leg.authentication.keys.sorted() == ["b.example.net", "mx.example.net"])
        #expect(String(decoding: EncodedEvidence(inputs).body, as: UTF8.self) == Self.leg)
    }

    @Test func `an override of before there were kinds`() throws {
        let text = "{\"reason\":\"ticket 4711\",\"until\":1800000000}"
        let override = try EncodedEvidence.decode(DecisionSettings.Override.self, from: Array(text.utf8))
        #expect(override == .init(kind: .any, until: noon, reason: "ticket 4711"))
        #expect(String(decoding: EncodedEvidence(override).body, as: UTF8.self) == text)
    }

    @Test(arguments: OverrideKind.allCases) func `an override of each kind`(kind: OverrideKind) throws {
        let override = DecisionSettings.Override(kind: kind, until: noon, reason: "ticket 4711")
        #expect(try EncodedEvidence.decode(DecisionSettings.Override.self, from: EncodedEvidence(override).body) == override)
    }
}
