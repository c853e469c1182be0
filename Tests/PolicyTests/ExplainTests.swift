import Basics
import DANE
import Foundation
import MTASTS
import Records
import TestSupport
import Testing

@testable import Policy

@Suite struct `What if` {
    /// A decision as it would be recorded, made of the evidence.
    static func stored(
        _ evidence: DomainEvidence?, leg: LegEvidence, settings: DecisionSettings = DecisionSettings(),
        attempts: Attempts = Attempts(redial: .unwanted, refreshed: [.tlsa, .stsID])
    ) throws -> StoredDecision {
        let verdict = try #require(decide(evidence, leg: leg, settings: settings, attempts: attempts, now: noon).verdict)
        let record = DecisionRecord(
            id: RecordID(), at: noon, connection: RecordID(), client: ip("192.0.2.7"), destination: v4, sender: "",
            recipient: "a@example.net", domain: "example.net", policy: verdict.policy, enforcement: settings.enforcement,
            action: verdict.action, would: verdict.would, reason: verdict.reason,
            resultType: verdict.resultType, mx: verdict.host, tls: .init(level: verdict.level))
        return StoredDecision(
            recipient: RecipientRow(decision: record), evidence: evidence,
            inputs: DecisionInputs(leg: leg, settings: settings, attempts: attempts))
    }

    /// An enforced policy, and a server without TLS.
    static func refused() throws -> StoredDecision {
        let evidence = evidence(sts: policy(.enforce))
        return try stored(evidence, leg: leg(.plain, of: evidence))
    }

    static func rows(_ explanation: Explanation) -> [DecisionRow] { explanation.trace.map(\.row) }

    @Test func `the trace ends with the row that decides, and says why the others do not`() throws {
        let explanation = try Self.refused().explain()
        #expect(Self.rows(explanation) == [.override, .mx, .daneMatch, .daneDemand, .hostErrors, .daneRequired, .sts])
        #expect(explanation.trace.dropLast().allSatisfy { $0.step == nil && !$0.explanation.isEmpty })
        #expect(explanation.trace.last?.step == .verdict(explanation.verdict))
        #expect(explanation.verdict.summary == "defer 451 4.7.4 sts starttls-not-offered")
    }

    @Test func `settings are assumed one by one`() throws {
        let decision = try Self.refused()
        #expect(decision.explain(WhatIf(enforcement: .report)).verdict.summary == "accept sts starttls-not-offered plaintext would defer")
        #expect(decision.explain(WhatIf(hasOverride: true)).verdict.summary == "accept override override plaintext")
        #expect(Self.rows(decision.explain(WhatIf(hasOverride: true))) == [.override])
        #expect(decision.explain(WhatIf(onFailure: .refuse)).verdict.summary == "refuse 550 5.7.4 sts starttls-not-offered")
        #expect(decision.explain(WhatIf(sts: STSPolicyAssumption.none)).verdict.summary == "accept none no-policy plaintext")
        #expect(WhatIf().isEmpty && !WhatIf(sts: STSPolicyAssumption.none).isEmpty)
    }

    @Test(arguments: [
        (STSMode.enforce, "defer 451 4.7.4 sts starttls-not-offered"),
        (.testing, "accept sts starttls-not-offered plaintext would defer"), (.none, "accept none no-policy plaintext"),
    ])
    func `a policy that the domain does not have is assumed`(mode: STSMode, summary: String) throws {
        let evidence = evidence()
        let decision = try Self.stored(evidence, leg: leg(.plain, of: evidence))
        let text = "version: STSv1\nmode: \(mode.rawValue)\nmx: mx.example.net\nmax_age: 60\n"
        let assumed = WhatIf(sts: .policy(try STSPolicy.parse(Array(text.utf8))))
        #expect(decision.explain(assumed).verdict.summary == summary)
    }

    @Test(arguments: [(DecisionSettings.InsecureMX.dane, "defer"), (.encrypt, "accept"), (.off, "accept")])
    func `TLSA records under an insecure MX record are given another worth`(worth: DecisionSettings.InsecureMX, action: String) throws {
        let evidence = evidence([daneHost("mx.example.net")], secure: false)
        let decision = try Self.stored(evidence, leg: leg(.tls(sni: "mx.example.net", ["mx.example.net": daneMismatch]), of: evidence))
        #expect(decision.explain(WhatIf(insecureMX: worth)).verdict.action.rawValue == action)
    }

    @Test func `what Weft would have tried first is listed, and known evidence decides`() throws {
        let evidence = evidence(sts: .none(.noRecord))
        let leg = leg(.tls(sni: "other.example", ["mx.example.net": wrongName]), of: evidence)
        let decision = try Self.stored(evidence, leg: leg, attempts: Attempts())
        let text = "version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 60\n"
        let explanation = decision.explain(WhatIf(sts: .policy(try STSPolicy.parse(Array(text.utf8)))))
        #expect(explanation.notTried == [.redial(serverName: "mx.example.net"), .refresh(.stsID)])
        #expect(explanation.verdict.summary == "defer 451 4.7.5 sts certificate-host-mismatch")
    }

    @Test func `a record that does not fit its evidence is told`() throws {
        var decision = try Self.refused()
        #expect(decision.differences(from: decision.explain().verdict).isEmpty)
        decision.record.action = .accept
        decision.record.resultType = nil
        #expect(
            decision.differences(from: decision.explain().verdict) == [
                "action: defer, recorded accept", "result_type: starttls-not-supported, recorded -",
            ])
    }

    @Test func `a recipient without a domain, and look-ups that did not end, have no table`() throws {
        let plain = leg(.plain, of: evidence())
        let literal = try Self.stored(nil, leg: plain)
        #expect(Self.rows(literal.explain()) == [.noDomain])
        #expect(literal.explain().verdict.summary == "accept none address-literal plaintext")
        var pending = literal
        pending.record.reason = .policyPending
        #expect(pending.explain().trace.isEmpty)
        #expect(pending.explain().verdict.summary == "defer 451 4.7.0 none policy-pending")
        #expect(pending.explain(WhatIf(hasOverride: true)).verdict.summary == "accept override override plaintext")
    }

    @Test func `an override is thought away`() throws {
        let evidence = evidence(sts: policy(.enforce))
        let settings = DecisionSettings(override: .init(until: noon + 1, reason: "ticket 4711"))
        let decision = try Self.stored(evidence, leg: leg(.plain, of: evidence), settings: settings)
        #expect(decision.explain().verdict.reason == .overridden)
        #expect(decision.explain(WhatIf(hasOverride: false)).verdict.summary == "defer 451 4.7.4 sts starttls-not-offered")
    }

    @Test func `an override holds also while look-ups take too long, up to its end`() {
        let settings = DecisionSettings(override: .init(until: noon + 1, reason: "their DNS is broken"))
        let plain = leg(.plain, of: evidence())
        #expect(pendingVerdict(domain: "a", leg: plain, settings: settings, now: noon).reason == .overridden)
        #expect(pendingVerdict(domain: "a", leg: plain, settings: settings, now: noon + 1).reason == .policyPending)
    }

    @Test func `while look-ups take too long an override allows no more than otherwise`() {
        var settings = DecisionSettings(override: .init(kind: .encrypted, until: noon + 1, reason: "their DNS is broken"))
        func summary(_ state: Leg) -> String {
            pendingVerdict(domain: "a", leg: leg(state, of: evidence()), settings: settings, now: noon).summary
        }
        #expect(summary(.tls(sni: nil, [:])) == "accept override override unauthenticated")
        #expect(summary(.plain) == "defer 451 4.7.4 override starttls-not-offered")
        #expect(summary(.failed) == "defer 451 4.7.5 override handshake-failed")
        settings.enforcement = .report
        #expect(summary(.plain) == "accept override starttls-not-offered plaintext would defer")
    }

    @Test func `an override that holds a leg back is the row that decides`() throws {
        let evidence = evidence(sts: policy(.enforce))
        let settings = DecisionSettings(override: .init(kind: .encrypted, until: noon + 1, reason: "ticket 4711"))
        let decision = try Self.stored(evidence, leg: leg(.plain, of: evidence), settings: settings)
        #expect(Self.rows(decision.explain()) == [.override])
        #expect(decision.explain().trace.last?.explanation.hasPrefix("override (encrypted only); ") == true)
        #expect(decision.explain().verdict.summary == "defer 451 4.7.4 override starttls-not-offered")
        let reported = decision.explain(WhatIf(enforcement: .report)).verdict.summary
        #expect(reported == "accept override starttls-not-offered plaintext would defer")
    }
}

extension Verdict {
    var summary: String { Step.verdict(self).summary }
}
