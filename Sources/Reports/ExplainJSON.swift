import Records
import Basics
import FoundationEssentials
import Journal
import Policy

/// `weft explain --json`: one object with stable keys.
package struct ExplainJSON: Encodable {
    struct Row: Encodable {
        var row: String
        var applies: Bool
        var explanation: String
    }

    struct Outcome: Encodable {
        var table: [Row]
        /// What Weft would have done first, and whose result is not known.
        var not_tried: [String]
        var settings: Settings
        var verdict: Answer
    }

    struct Settings: Encodable {
        var enforcement: String
        var on_failure: String
        var insecure_mx: String
        var on_pending: String
        var require: String?
        var override_until: String?
        var override_reason: String?
    }

    struct Answer: Encodable {
        var action: String
        var would: String?
        var policy: String
        var mode: String?
        var reason: String
        var result_type: String?
        var mx: String?
        var tls_level: String
        var code: Int
        var enhanced_code: String
        var detail: String
    }

    struct Assumptions: Encodable {
        var enforcement: String?
        var on_failure: String?
        var insecure_mx: String?
        var override: Bool?
        var sts: CheckJSON.STS?
    }

    struct LookUps: Encodable {
        var at: String
        var mx: CheckJSON.MX
        var hosts: [CheckJSON.Host]
        var sts: CheckJSON.STS
    }

    struct Leg: Encodable {
        /// A host, and what the certificate was found to prove for it.
        struct Host: Encodable {
            var host: String
            /// `dane`, `encrypt`, `error` or `free`.
            var `class`: String
            var at_destination: Bool
            var dane: String?
            var pkix: String?
        }

        var destination: String
        var port: Int
        /// nil without TLS.
        var tls: String?
        /// Why there is no TLS.
        var no_tls: String?
        var sni: String?
        var tried_sni: [String]
        var certificates: [String]
        var certificate_subject: String?
        var certificate_names: [String]?
        var hosts: [Host]
    }

    var decision: DecisionRecord
    var look_ups: LookUps?
    var leg: Leg
    var again: Outcome
    /// In what the decision made again is not the recorded one.
    var differences: [String]
    var assumed: Assumptions?
    var what_if: Outcome?

    package init(_ stored: StoredDecision, _ actual: Explanation, _ whatIf: WhatIf, _ other: Explanation?) {
        decision = stored.record
        look_ups = stored.evidence.map { evidence in
            LookUps(
                at: RFC3339.text(evidence.lookedUpAt), mx: CheckJSON.MX(evidence.mx), hosts: evidence.hosts.map(CheckJSON.Host.init),
                sts: CheckJSON.STS(evidence.sts))
        }
        leg = Leg(stored)
        again = Outcome(actual)
        differences = stored.differences(from: actual.verdict)
        guard let other else { return }
        assumed = Assumptions(
            enforcement: whatIf.enforcement?.rawValue, on_failure: whatIf.onFailure?.rawValue, insecure_mx: whatIf.insecureMX?.rawValue,
            override: whatIf.hasOverride, sts: whatIf.sts == nil ? nil : other.sts.map(CheckJSON.STS.init))
        what_if = Outcome(other)
    }
}

extension ExplainJSON.Outcome {
    init(_ explanation: Explanation) {
        table = explanation.trace.map { .init(row: $0.row.rawValue, applies: $0.step != nil, explanation: $0.explanation) }
        not_tried = explanation.notTried.map { step in
            switch step {
            case .redial(let name): "redial \(name)"
            case .refresh(let what): "refresh \(what.rawValue)"
            case .verdict: ""
            }
        }
        settings = .init(explanation.settings)
        verdict = .init(explanation.verdict)
    }
}

extension ExplainJSON.Settings {
    init(_ settings: DecisionSettings) {
        enforcement = settings.enforcement.rawValue
        on_failure = settings.onFailure.rawValue
        insecure_mx = settings.insecureMX.rawValue
        on_pending = settings.onPending.rawValue
        require = settings.require?.rawValue
        override_until = settings.override.map { RFC3339.text($0.until) }
        override_reason = settings.override?.reason
    }
}

extension ExplainJSON.Answer {
    init(_ verdict: Verdict) {
        action = verdict.action.rawValue
        would = verdict.would?.rawValue
        policy = verdict.policy.rawValue
        mode = verdict.mode
        reason = verdict.reason.rawValue
        result_type = verdict.resultType?.rawValue
        mx = verdict.host
        tls_level = verdict.level.rawValue
        code = verdict.code
        enhanced_code = verdict.enhancedCode
        detail = verdict.detail
    }
}

extension ExplainJSON.Leg {
    init(_ stored: StoredDecision) {
        let leg = stored.inputs.leg
        destination = leg.destination.description
        port = leg.port
        if case .established(let info) = leg.tls {
            tls = "\(info.version.rawValue) \(info.cipher)"
        } else {
            no_tls = describe(leg.tls)
        }
        sni = leg.serverName
        tried_sni = leg.triedServerNames
        certificates = leg.certificates
        certificate_subject = stored.certificate?.subject
        certificate_names = stored.certificate?.dnsNames
        hosts = (stored.evidence?.hosts ?? []).map { host in
            let found = leg.authentication[host.host]
            return Host(
                host: host.host, class: stored.className(of: host), at_destination: leg.hostsAtDestination.contains(host.host),
                dane: found?.dane.map { describe($0) }, pkix: found.map { describe($0.pkix) })
        }
    }
}
