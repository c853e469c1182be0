import Basics
import FoundationEssentials
import Policy
import Records

/// How a decision came about, and what would have been decided under other assumptions.
package struct ExplanationView: View, Encodable {
    struct Row: Encodable {
        var row: String
        var applies: Bool
        var explanation: String
    }

    struct Outcome: Encodable {
        var table: [Row]
        /// What Weft would have done first, and whose result is not known.
        var notTried: [String]
        var settings: Settings
        var verdict: Answer
    }

    struct Settings: Encodable {
        var enforcement: String
        var onFailure: String
        var insecureMX: String
        var onPending: String
        @Nullable var require: String?
        @Nullable var overrideKind: String?
        @Nullable var overrideUntil: Date?
        @Nullable var overrideReason: String?
    }

    struct Answer: Encodable {
        var action: String
        @Nullable var would: String?
        var policy: String
        @Nullable var stsMode: String?
        var reason: String
        @Nullable var resultType: String?
        @Nullable var mx: String?
        var tlsLevel: String
        var code: Int
        var enhancedCode: String
        var detail: String
    }

    struct Assumptions: Encodable {
        @Nullable var enforcement: String?
        @Nullable var onFailure: String?
        @Nullable var insecureMX: String?
        @Nullable var override: Bool?
        @Nullable var sts: CheckView.STS?
    }

    struct LookUps: Encodable {
        var at: Date
        var mx: CheckView.MX
        var hosts: [CheckView.Host]
        var sts: CheckView.STS
    }

    struct Leg: Encodable {
        /// A host, and what the certificate was found to prove for it.
        struct Host: Encodable {
            var host: String
            /// `dane`, `encrypt`, `error` or `free`.
            var `class`: String
            var atDestination: Bool
            @Nullable var dane: String?
            @Nullable var pkix: String?
        }

        var destination: String
        var port: Int
        /// nil without TLS.
        @Nullable var tls: String?
        /// Why there is no TLS.
        @Nullable var noTLS: String?
        @Nullable var sni: String?
        var triedSNI: [String]
        var certificates: [String]
        @Nullable var certificateSubject: String?
        @Nullable var certificateNames: [String]?
        var hosts: [Host]
    }

    var decision: DecisionView
    @Nullable var lookUps: LookUps?
    var leg: Leg
    var again: Outcome
    /// In what the decision made again is not the recorded one.
    var differences: [String]
    @Nullable var assumed: Assumptions?
    @Nullable var whatIf: Outcome?
    /// Whether the recipient passes: under the assumptions, where there are some.
    package let passes: Bool
    private let render: @Sendable (Style) -> String

    /// Makes the decision again, and where something is assumed, once more under that.
    package init(_ stored: StoredDecision, _ whatIf: WhatIf) {
        let actual = stored.explain()
        let other = whatIf.isEmpty ? nil : stored.explain(whatIf)
        passes = (other ?? actual).verdict.action == .accept
        decision = DecisionView(stored.recipient)
        lookUps = stored.evidence.map { evidence in
            LookUps(
                at: evidence.lookedUpAt, mx: CheckView.MX(evidence.mx), hosts: evidence.hosts.map(CheckView.Host.init),
                sts: CheckView.STS(evidence.sts))
        }
        leg = Leg(stored)
        again = Outcome(actual)
        differences = stored.differences(from: actual.verdict)
        assumed = other.map { other in
            Assumptions(
                enforcement: whatIf.enforcement?.rawValue, onFailure: whatIf.onFailure?.rawValue, insecureMX: whatIf.insecureMX?.rawValue,
                override: whatIf.hasOverride, sts: whatIf.sts == nil ? nil : other.sts.map(CheckView.STS.init))
        }
        self.whatIf = other.map(Outcome.init)
        render = { ExplainText(stored, style: $0).render(actual, whatIf, other) }
    }

    private enum CodingKeys: CodingKey {
        case decision, lookUps, leg, again, differences, assumed, whatIf
    }

    package func text(_ style: Style) -> String { render(style) }
}

extension ExplanationView.Outcome {
    init(_ explanation: Explanation) {
        table = explanation.trace.map { .init(row: $0.row.rawValue, applies: $0.step != nil, explanation: $0.explanation) }
        notTried = explanation.notTried.map { step in
            switch step {
            case .redial(let name): "redial \(name)"
            case .renew: "redial with a full handshake"
            case .refresh(let what): "refresh \(what.rawValue)"
            case .verdict: ""
            }
        }
        settings = .init(explanation.settings)
        verdict = .init(explanation.verdict)
    }
}

extension ExplanationView.Settings {
    init(_ settings: DecisionSettings) {
        enforcement = settings.enforcement.rawValue
        onFailure = settings.onFailure.rawValue
        insecureMX = settings.insecureMX.rawValue
        onPending = settings.onPending.rawValue
        require = settings.require?.rawValue
        overrideKind = settings.override?.kind.rawValue
        overrideUntil = settings.override?.until
        overrideReason = settings.override?.reason
    }
}

extension ExplanationView.Answer {
    init(_ verdict: Verdict) {
        action = verdict.action.rawValue
        would = verdict.would?.rawValue
        policy = verdict.policy.rawValue
        stsMode = verdict.stsMode?.rawValue
        reason = verdict.reason.rawValue
        resultType = verdict.resultType?.rawValue
        mx = verdict.host?.text
        tlsLevel = verdict.level.rawValue
        code = verdict.code
        enhancedCode = verdict.enhancedCode
        detail = verdict.detail
    }
}

extension ExplanationView.Leg {
    init(_ stored: StoredDecision) {
        let leg = stored.inputs.leg
        destination = leg.destination.description
        port = leg.port
        (tls, noTLS) = (nil, nil)
        if case .established(let info) = leg.tls {
            tls = "\(info.version.rawValue) \(info.cipher)"
        } else {
            noTLS = describe(leg.tls)
        }
        sni = leg.serverName?.text
        triedSNI = leg.triedServerNames.map(\.text)
        certificates = leg.certificates
        certificateSubject = stored.certificate?.subject
        certificateNames = stored.certificate?.dnsNames
        hosts = (stored.evidence?.hosts ?? []).map { host in
            let found = leg.authentication[host.host]
            return Host(
                host: host.host.text, class: stored.className(of: host), atDestination: leg.hostsAtDestination.contains(host.host),
                dane: found?.dane.map { describe($0) }, pkix: found.map { describe($0.pkix) })
        }
    }
}
