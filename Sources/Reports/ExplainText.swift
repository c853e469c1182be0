import Basics
import DANE
import FoundationEssentials
import MTASTS
import Policy
import TLS

/// `weft explain` for a person: what was asked and found, the way through the decision table, the verdict.
struct ExplainText {
    let decision: StoredDecision
    let style: Style

    init(_ decision: StoredDecision, style: Style) {
        self.decision = decision
        self.style = style
    }

    /// - Parameters:
    ///   - actual: the decision made again.
    ///   - whatIf: what is assumed in `assumed`, if anything is.
    func render(_ actual: Explanation, _ whatIf: WhatIf, _ assumed: Explanation?) -> String {
        var lines = head
        if let evidence = decision.evidence {
            let age = decision.record.at.timeIntervalSince(evidence.lookedUpAt)
            lines += ["", style.bold("What was looked up") + (age >= 1 ? ", \(Human.span(age)) before" : "")]
            lines += lookUpLines(evidence, now: decision.record.at, style).map { "  " + $0 }
        }
        lines += ["", style.bold("The leg to \(leg.destination.description)")] + legLines
        lines += ["", style.bold("The decision table")] + table(actual)
        lines += ["  " + settingsText(actual.settings)]
        lines += ["", style.bold("Verdict") + "  " + text(actual.verdict)]
        let differences = decision.differences(from: actual.verdict)
        if !differences.isEmpty {
            let warning = "THIS IS NOT WHAT WAS RECORDED. Another version of Weft decided, or the evidence was changed:"
            lines += [style.colour(.red, "  " + warning)] + differences.map { style.colour(.red, "  " + $0.printable) }
        }
        if let assumed {
            lines += ["", style.bold("What if: ") + assumptions(whatIf)] + table(assumed) + ["  " + settingsText(assumed.settings)]
            lines += ["", style.bold("Then") + "  " + text(assumed.verdict)]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var leg: LegEvidence { decision.inputs.leg }

    private var head: [String] {
        let record = decision.record
        let summary = DecisionText(decision.recipient).headline
        return [
            style.bold("Decision \(record.id)") + "  \(Human.exactTime(record.at)) UTC",
            "  " + style.colour(summary.colour, summary.text),
            "  " + style.dim("sender  ") + (record.sender.isEmpty ? "<>" : record.sender.printable),
            "  " + style.dim("client  ") + record.client.description,
        ] + (record.reply.map { ["  " + style.dim("reply   ") + $0.printable] } ?? [])
    }

    // MARK: The leg

    private var legLines: [String] {
        var lines: [String] = []
        func add(_ label: String, _ value: String, _ colour: Style.Colour? = nil) {
            let padded = label + String(repeating: " ", count: max(1, 14 - label.count))
            lines.append("  " + style.dim(padded) + style.colour(colour, value.printable))
        }
        if case .established(let info) = leg.tls {
            add("TLS", "\(info.version.rawValue), \(info.cipher)\(info.resumed ? ", resumed" : ""), SNI \(leg.serverName?.text ?? "none")")
        } else {
            add("TLS", "none: \(describe(leg.tls))", .yellow)
        }
        let others = leg.triedServerNames.filter { $0 != leg.serverName }
        if !others.isEmpty { add("tried SNI", others.map(\.text).joined(separator: ", ")) }
        if let certificate = decision.certificate {
            add("certificate", certificate.subject)
            add("names", certificate.dnsNames.isEmpty ? "none" : certificate.dnsNames.joined(separator: ", "))
            add("valid", "\(Human.time(certificate.notBefore)) to \(Human.time(certificate.notAfter)) UTC")
            add("issuer", certificate.issuer)
        }
        guard let evidence = decision.evidence, !evidence.hosts.isEmpty else { return lines }
        let known = leg.hostsAtDestination
        add("belongs to", known.isEmpty ? "no known host: it may be any MX host" : known.map(\.text).joined(separator: ", "))
        for host in evidence.hosts {
            let mark = known.isEmpty || known.contains(host.host) ? "*" : " "
            add("\(mark) host", "\(host.host): class \(decision.className(of: host))\(proof(of: host).map { "; " + $0 } ?? "")")
        }
        return lines
    }

    /// What the certificate proves for a host; nil without TLS.
    private func proof(of host: HostLookup) -> String? {
        guard leg.tls.isEstablished else { return nil }
        guard let found = leg.authentication[host.host] else { return "the certificate was not compared with it" }
        let dane = found.dane.map { "TLSA: \(describe($0)); " } ?? ""
        return dane + "PKIX: \(describe(found.pkix))"
    }

    // MARK: The table

    private func table(_ explanation: Explanation) -> [String] {
        if explanation.trace.isEmpty { return ["  not asked: the look-ups did not end in the time that a recipient may wait"] }
        let rows = explanation.trace.map { step in
            let name = step.row.rawValue + String(repeating: " ", count: max(1, 15 - step.row.rawValue.count))
            let answer = step.step == nil ? style.dim("no   ") : style.colour(.cyan, "YES  ")
            return "  " + (step.step == nil ? style.dim(name) : style.bold(name)) + answer + step.explanation.printable
        }
        return explanation.notTried.map { "  " + note($0) } + rows
    }

    /// What would have come first.
    private func note(_ step: Step) -> String {
        switch step {
        case .redial(let name):
            "first Weft would dial again with \(name.text.printable) as SNI; this leg is judged as if that were of no use"
        case .renew: "first Weft would dial again with a full handshake; this leg is judged as if that showed the same"
        case .refresh(.tlsa): "first Weft would look the TLSA records up again; this is judged as if they were the same"
        case .refresh(.stsID): "first Weft would ask for the MTA-STS policy again; this is judged as if it were the same"
        case .verdict: ""
        }
    }

    private func settingsText(_ settings: DecisionSettings) -> String {
        var parts = [
            "enforcement \(settings.enforcement.rawValue)", "on-failure \(settings.onFailure.rawValue)",
            "insecure-mx \(settings.insecureMX.rawValue)", "on-pending \(settings.onPending.rawValue)",
        ]
        if let require = settings.require { parts.append("require \(require.rawValue)") }
        if let override = settings.override { parts.append("override \(override.kind.rawValue)") }
        return style.dim("by the settings " + parts.joined(separator: ", "))
    }

    private func assumptions(_ whatIf: WhatIf) -> String {
        var parts: [String] = []
        if let enforcement = whatIf.enforcement { parts.append("enforcement \(enforcement.rawValue)") }
        if let hasOverride = whatIf.hasOverride { parts.append(hasOverride ? "an override" : "no override") }
        if let onFailure = whatIf.onFailure { parts.append("on-failure \(onFailure.rawValue)") }
        if let insecureMX = whatIf.insecureMX { parts.append("insecure-mx \(insecureMX.rawValue)") }
        switch whatIf.sts {
        case .policy(let policy): parts.append("an MTA-STS policy of mode \(policy.mode.rawValue), mx \(policy.mx.joined(separator: " "))")
        case .some(.none): parts.append("no MTA-STS policy")
        case nil: break
        }
        return parts.joined(separator: ", ").printable
    }

    private func text(_ verdict: Verdict) -> String {
        let colour: Style.Colour = verdict.action != .accept ? .red : verdict.would == nil ? .green : .yellow
        let would = verdict.would.map { ", where enforcement would \($0.rawValue)" } ?? ""
        let head = "\(verdict.action.rawValue)\(would): \(verdict.code) \(verdict.enhancedCode), \(verdict.reason.rawValue)"
        return style.colour(colour, head) + "  " + verdict.detail.printable
    }
}
