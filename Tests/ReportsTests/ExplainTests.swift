import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS
import Policy
import TLS
import TestSupport
import Testing

@testable import Reports

@Suite struct `Explaining a decision` {
    static let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: Array(repeating: 7, count: 32))

    /// A DANE host of a domain, and a server whose certificate does not match.
    static func mismatch() throws -> StoredDecision {
        let address = try #require(IPAddress("203.0.113.25"))
        let host = HostLookup(
            host: "mx1.example.net", addresses: [address], addressStatus: .init(ipv4: .secure, ipv6: .empty),
            expandedName: "mx1.example.net", tlsaBase: "mx1.example.net", tlsa: .records([record]), ttl: 300)
        let evidence = DomainEvidence(
            domain: "example.net", lookedUpAt: Fixture.start - 90,
            mx: .records([MXRecord(preference: 10, exchange: "mx1.example.net")], .secure), hosts: [host], sts: .none(.noRecord))
        var leg = LegEvidence(
            destination: address, port: 25, tls: .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false)))
        leg.serverName = "mx1.example.net"
        leg.triedServerNames = ["old.example.net", "mx1.example.net"]
        leg.hostsAtDestination = ["mx1.example.net"]
        leg.authentication = ["mx1.example.net": HostAuthentication(dane: .noMatch, pkix: .notTrusted("self-signed\u{1b}[2J"))]
        var recipient = try Fixture.deferral()
        recipient.decision.policy = .dane
        recipient.decision.reason = .daneMismatch
        recipient.decision.resultType = .validationFailure
        recipient.decision.mx = "mx1.example.net"
        let inputs = DecisionInputs(leg: leg, settings: DecisionSettings(), attempts: Attempts(redial: .exhausted, refreshed: [.tlsa]))
        return StoredDecision(recipient: recipient, evidence: evidence, inputs: inputs)
    }

    @Test func `it reads from top to bottom`() throws {
        let decision = try Self.mismatch()
        #expect(
            ExplainText(decision, style: .plain).render(decision.explain(), WhatIf(), nil) == """
                Decision 01KAQX5ETA00000000000000D1  2026-11-23 08:15:30.370 UTC
                  DEFER a@example.net: dane-mismatch (dane)
                  sender  s@sender.example
                  client  192.0.2.7
                  reply   451 4.7.5 MTA-STS: certificate of mx1.example.net does not name it (01KAQX5ETA00000000000000D1)

                What was looked up, 90s before
                  example.net
                    MX            secure    10 mx1.example.net
                    mx1.example.net
                      IPv4        secure    203.0.113.25
                      IPv6        none
                      TLSA        secure    3 1 1 0707070707070707070707070707070707070707070707070707070707070707
                    MTA-STS       none      no TXT record at _mta-sts

                The leg to 203.0.113.25
                  TLS           1.3, TLS_AES_256_GCM_SHA384, SNI mx1.example.net
                  tried SNI     old.example.net
                  belongs to    mx1.example.net
                  * host        mx1.example.net: class dane; TLSA: no record matches; PKIX: not trusted, self-signed\\x1b[2J

                The decision table
                  override       no   there is no override
                  mx             no   the MX answer names hosts
                  dane-match     no   no TLSA record of mx1.example.net matches the certificate
                  dane-demand    YES  DANE: no TLSA record of mx1.example.net matches the certificate
                  by the settings enforcement enforce, on-failure defer, insecure-mx dane, on-pending defer

                Verdict  defer: 451 4.7.5, dane-mismatch  DANE: no TLSA record of mx1.example.net matches the certificate

                """)
    }

    @Test func `what if comes after it`() throws {
        let decision = try Self.mismatch()
        let whatIf = WhatIf(hasOverride: true, sts: STSPolicyAssumption.none)
        let text = ExplainText(decision, style: .plain).render(decision.explain(), whatIf, decision.explain(whatIf))
        #expect(
            text.hasSuffix(
                """
                What if: an override, no MTA-STS policy
                  override       YES  exempted by the operator: what if
                  by the settings enforcement enforce, on-failure defer, insecure-mx dane, on-pending defer, override any

                Then  accept: 250 2.1.5, override  exempted by the operator: what if

                """))
    }

    @Test func `a re-run that differs from the record is said loudly`() throws {
        var decision = try Self.mismatch()
        decision.record.action = .accept
        let text = ExplainText(decision, style: .plain).render(decision.explain(), WhatIf(), nil)
        #expect(text.contains("THIS IS NOT WHAT WAS RECORDED"))
        #expect(text.contains("action: defer, recorded accept"))
    }

    @Test func `scripts get one line with the table, the verdict and the differences`() throws {
        struct Explained: Decodable {
            struct Outcome: Decodable {
                struct Row: Decodable {
                    var row: String
                    var applies: Bool
                }
                struct Answer: Decodable {
                    var action: String
                    var resultType: String?
                }
                var table: [Row]
                var verdict: Answer
            }
            struct Host: Decodable {
                var `class`: String
                var atDestination: Bool
            }
            struct Leg: Decodable {
                var hosts: [Host]
            }
            var again: Outcome
            var whatIf: Outcome?
            var differences: [String]
            var leg: Leg
        }
        let decision = try Self.mismatch()
        let whatIf = WhatIf(enforcement: .report)
        let line = try jsonLine(ExplanationView(decision, whatIf))
        let explained: Explained = try decoded(line)
        #expect(explained.again.table.map(\.row) == ["override", "mx", "dane-match", "dane-demand"])
        #expect(explained.again.table.map(\.applies) == [false, false, false, true])
        #expect(explained.again.verdict.action == "defer" && explained.again.verdict.resultType == "validation-failure")
        #expect(explained.whatIf?.verdict.action == "accept")
        #expect(explained.differences.isEmpty)
        #expect(explained.leg.hosts.map(\.class) == ["dane"] && explained.leg.hosts.map(\.atDestination) == [true])
        #expect(line.split(separator: "\n").count == 1)
    }

    @Test func `the recipient passes by what is assumed, else by what was`() throws {
        let decision = try Self.mismatch()
        #expect(!ExplanationView(decision, WhatIf()).passes)
        #expect(!ExplanationView(decision, WhatIf(onFailure: .refuse)).passes)
        #expect(ExplanationView(decision, WhatIf(hasOverride: true)).passes)
    }
}
