import Basics
import DNS
import Policy
import Relay
import TLS

/// One server for a person.
func probeText(_ probed: ProbedHost, _ style: Style) -> String {
    let place = [probed.host?.text, probed.address.description].compactMap { $0 }.joined(separator: " at ")
    guard let verdict = probed.outcome.verdict, let leg = probed.outcome.leg else {
        return "  \(place.printable): " + style.colour(.red, "no") + ", not reached: \((probed.outcome.failure ?? "").printable)\n"
    }
    var text = "  \(place.printable): " + (probed.passes ? style.colour(.green, "passes") : style.colour(.red, "fails"))
    text += ", \(verdict.reason.rawValue): \(verdict.detail.printable)\n"
    text += "    \(style.dim("leg")) \(describe(leg).printable)\n"
    if let certificate = probed.outcome.certificate {
        let names = certificate.dnsNames.prefix(5).joined(separator: " ")
        text += "    \(style.dim("certificate")) \(certificate.subject.printable), names \(names.isEmpty ? "none" : names.printable), "
        text += "issuer \(certificate.issuer.printable), until \(Human.time(certificate.notAfter)) UTC\n"
    }
    return text
}

/// The state of a leg in words.
func describe(_ leg: LegEvidence) -> String {
    switch leg.tls {
    case .notOffered: "in clear: STARTTLS is not offered"
    case .refused(let code, let text): "in clear: STARTTLS was answered \(code) \(text)"
    case .failed(let failure): "in clear: the handshake failed: \(failure.detail)"
    case .established(let info): "TLS \(info.version.rawValue) \(info.cipher), SNI \(leg.serverName?.text ?? "none")"
    }
}
