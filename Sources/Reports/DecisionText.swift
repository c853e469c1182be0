import Records

/// What a decision rests on, as short lines for a person.
struct DecisionText {
    let recipient: RecipientRow

    init(_ recipient: RecipientRow) {
        self.recipient = recipient
    }

    var decision: DecisionRecord { recipient.decision }

    /// `DEFER a@example.net: certificate-mismatch (sts)`.
    var headline: Table.Cell {
        let verdict = DecisionTable.action(decision)
        let policy = decision.policy == .none ? "" : " (\(decision.policy.rawValue))"
        return .init("\(verdict.text.uppercased()) \(decision.recipient): \(decision.reason.rawValue)\(policy)", verdict.colour ?? .green)
    }

    /// One line of evidence: a label and its value, not escaped.
    struct Detail {
        /// Empty when the value speaks for itself.
        var label = ""
        var value: String
    }

    /// The evidence, from what the server is to how long it took.
    var details: [Detail] {
        [
            decision.detail.map { Detail(value: $0) },
            decision.mx.map { Detail(label: "server", value: "\($0) [\(decision.destination)]") },
            leg.map { Detail(label: "leg", value: $0) },
            lookUps.map { Detail(label: "DNS", value: $0) },
            policy.map { Detail(label: "STS", value: $0) },
            decision.reply.map { Detail(label: "reply", value: $0) },
            fate.map { Detail(label: "fate", value: $0) },
            waits.map { Detail(label: "waits", value: $0) },
            Detail(label: "id", value: decision.id.description),
        ].compactMap { $0 }
    }

    /// What became of a recipient that the policy let pass, with the words of the server that decided it.
    private var fate: String? {
        guard let passed = recipient.passed else { return nil }
        let isTaken = passed.reply?.hasPrefix("2") == true
        let words = passed.fate == .abandoned ? nil : isTaken ? recipient.messageReply : passed.reply
        return words.map { "\(passed.fate.rawValue): \($0)" } ?? passed.fate.rawValue
    }

    private var leg: String? {
        guard let tls = decision.tls else { return nil }
        var parts = [[tls.version.map { "TLS \($0.rawValue)" }, tls.level.rawValue].compactMap { $0 }.joined(separator: " ")]
        if let cipher = tls.cipher { parts.append(cipher) }
        if let sni = tls.sni { parts.append("SNI \(sni)") }
        if tls.resumed { parts.append("resumed") }
        if let digest = tls.certificateSHA256 { parts.append("certificate \(digest.prefix(16))…") }
        return parts.joined(separator: ", ")
    }

    private var lookUps: String? {
        let parts = [("MX", decision.dns.mx), ("address", decision.dns.address), ("TLSA", decision.dns.tlsa)]
            .compactMap { name, status in status.map { "\(name) \($0.rawValue)" } }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var policy: String? {
        decision.sts.map { "\($0.mode.rawValue), mx \($0.mx.joined(separator: " ")), id \($0.id), fetched \(Human.time($0.fetchedAt))" }
    }

    private var waits: String? {
        let timing = decision.timing
        let parts = [
            ("DNS", timing.dnsMilliseconds), ("STS", timing.stsMilliseconds), ("policy", timing.policyMilliseconds),
            ("TLS", timing.tlsMilliseconds),
        ]
        .compactMap { name, value in value.map { "\(name) \(Human.milliseconds($0))" } }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
