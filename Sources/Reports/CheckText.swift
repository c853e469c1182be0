import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS
import Policy
import Relay

/// `weft check` for a person: the look-ups in their order, then what each MX host has to show.
func checkText(_ outlook: DomainOutlook, _ style: Style) -> String {
    var lines = lookUpLines(outlook.evidence, now: style.now, style)
    lines.append("")
    for forecast in outlook.forecasts {
        let place = [forecast.host?.text, forecast.address?.description].compactMap { $0 }.joined(separator: " at ")
        let verdict = forecast.isHopeless ? style.colour(.red, "no") : style.colour(.green, "yes")
        lines.append(
            "  \(place.isEmpty ? outlook.evidence.domain.text.printable : place.printable): \(verdict), \(demand(forecast).printable)")
    }
    if outlook.settings.enforcement == .report {
        lines.append("  Enforcement is \"report\": mail passes whatever this says, and the journal shows it as `would`.")
    }
    return lines.joined(separator: "\n") + "\n"
}

/// The look-ups about a domain in their order: MX, each host, MTA-STS. Shared with `weft explain`.
func lookUpLines(_ evidence: DomainEvidence, now: Date, _ style: Style) -> [String] {
    var lines = [style.bold(evidence.domain.text.printable)]
    func add(_ label: String, _ status: String, _ value: String, indent: Int = 2) {
        let name = label.padding(to: 14 - indent + 2)
        let state = style.colour(colour(of: status), status.padding(to: 10))
        let line =
            String(repeating: " ", count: indent) + style.dim(name)
            + (value.isEmpty ? style.colour(colour(of: status), status) : state + value.printable)
        lines.append(line)
    }
    let (outcome, records) = describe(evidence.mx)
    if records.isEmpty { add("MX", status(of: evidence.mx), outcome) }
    for (index, record) in records.enumerated() { add(index == 0 ? "MX" : "", index == 0 ? status(of: evidence.mx) : "", record) }
    for host in evidence.hosts {
        lines.append("  " + style.bold(host.host.text.printable))
        for family in [AddressFamily.ipv4, .ipv6] {
            let addresses = host.addresses.filter { $0.isIPv6 == (family == .ipv6) }.map(\.description)
            add(family == .ipv4 ? "IPv4" : "IPv6", text(host.addressStatus[family]), addresses.joined(separator: ", "), indent: 4)
        }
        guard case .records(let records) = host.tlsa else {
            add("TLSA", text(host.tlsa), explanation(of: host.tlsa), indent: 4)
            continue
        }
        for (index, record) in records.enumerated() {
            let note: String
            if case .unusable(let reason) = record.usability { note = "  (unusable: \(reason))" } else { note = "" }
            add(index == 0 ? "TLSA" : "", index == 0 ? "secure" : "", record.description + note, indent: 4)
        }
    }
    add("MTA-STS", evidence.sts.policy?.policy.mode.rawValue ?? "none", describe(evidence.sts))
    if let cached = evidence.sts.policy {
        let life = "fetched \(Human.relative(cached.fetchedAt, to: now)), expires \(Human.relative(cached.expires, to: now))"
        add("", "", "mx \(cached.policy.mx.joined(separator: " ")); \(life)")
    }
    // Why there is no policy is said already.
    if case .policy(_, let note?) = evidence.sts { add("", "", "failure: \(note)") }
    return lines
}

// MARK: Words for look-ups, shared with the JSON form

func describe(_ mx: MXEvidence) -> (outcome: String, records: [String]) {
    switch mx {
    case .records(let records, _): ("records", records.map { "\($0.preference) \($0.exchange)" })
    case .implicit: ("no MX record: the domain itself is the host", [])
    case .null: ("null MX: the domain accepts no mail", [])
    case .nonexistent: ("the domain does not exist", [])
    case .failed(let failure): ("\(failure)", [])
    }
}

func status(of mx: MXEvidence) -> String {
    if case .failed(let failure) = mx { return text(failure) }
    return mx.isSecure ? "secure" : "insecure"
}

func text(_ failure: DNSFailure) -> String { failure.kind == .bogus ? "bogus" : "error" }

func text(_ status: HostLookup.AddressStatus) -> String {
    switch status {
    case .secure: "secure"
    case .insecure: "insecure"
    case .empty: "none"
    case .failed(let failure): text(failure)
    }
}

func text(_ outcome: HostLookup.TLSAOutcome) -> String {
    switch outcome {
    case .records: "secure"
    case .none: "none"
    case .failed(let failure): text(failure)
    }
}

func describe(_ status: STSStatus) -> String {
    switch status {
    case .policy(let cached, _): "id \(cached.id)"
    case .pending: "not known yet"
    case .none(let reason): reason.description
    }
}

/// What a host has to show for mail to pass, or why nothing helps.
func demand(_ forecast: HostForecast) -> String {
    let best = forecast.best
    if forecast.isHopeless { return "would be answered \(best.code == 250 ? "451" : "\(best.code)") \(best.enhancedCode): \(best.detail)" }
    switch (best.policy, best.level) {
    case (.dane, .daneVerified), (.dane, .daneInsecureMX): return "with TLS and a certificate that matches a TLSA record (DANE)"
    case (.dane, _): return "with TLS; the certificate is not checked, as no TLSA record is usable"
    case (.sts, .stsVerified) where best.stsMode == .enforce: return "with TLS and a certificate valid for the host (MTA-STS enforce)"
    case (.sts, _): return "with or without TLS (MTA-STS testing: failures are recorded)"
    case (.override, _) where forecast.plaintext.action != .accept || forecast.plaintext.would != nil:
        return "as far as the override goes: \(best.detail)"
    case (.override, _): return "whatever the server shows: \(best.detail)"
    default: return "with or without TLS: no policy applies"
    }
}

func reply(_ verdict: Verdict) -> String { "\(verdict.code) \(verdict.enhancedCode) \(verdict.reason.rawValue)" }

private func explanation(of outcome: HostLookup.TLSAOutcome) -> String {
    switch outcome {
    case .records: ""
    case .none(.insecureAddress): "not asked: the addresses are insecure"
    case .none(.noRecords): "no records"
    case .none(.insecureTLSA): "there are records, but without DNSSEC"
    case .none(.notAsked): "not asked"
    case .failed(let failure): "\(failure)"
    }
}

private func colour(of status: String) -> Style.Colour? {
    switch status {
    case "secure", "enforce": .green
    case "bogus", "error": .red
    case "insecure", "testing": .yellow
    default: nil
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self + " "
    }
}
