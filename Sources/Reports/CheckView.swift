import Basics
import DANE
import FoundationEssentials
import MTASTS
import Policy
import Relay

/// What would happen to mail for a domain: the look-ups, what each MX host has to show, and what was found where it was dialled.
package struct CheckView: View, Encodable {
    struct MX: Encodable {
        var outcome: String
        var status: String
        var records: [String]
    }

    struct Host: Encodable {
        var host: String
        var addresses: [String]
        var addressStatus: AddressStatus
        @Nullable var tlsaBase: String?
        var tlsaStatus: String
        var tlsa: [String]
    }

    struct AddressStatus: Encodable {
        var ipv4: String
        var ipv6: String
    }

    struct STS: Encodable {
        var outcome: String
        @Nullable var id: String?
        @Nullable var mode: String?
        @Nullable var mx: [String]?
        @Nullable var maxAge: Int?
        @Nullable var fetchedAt: Date?
        @Nullable var failure: String?
    }

    struct Forecast: Encodable {
        @Nullable var host: String?
        @Nullable var address: String?
        var demand: String
        var passes: Bool
        var best: String
        var withoutTLS: String
    }

    struct Probe: Encodable {
        @Nullable var host: String?
        var address: String
        var passes: Bool
        @Nullable var reason: String?
        var detail: String
        @Nullable var leg: String?
        @Nullable var certificateSubject: String?
        @Nullable var certificateNames: [String]?
    }

    var domain: String
    var enforcement: String
    var mx: MX
    var hosts: [Host]
    var sts: STS
    var forecast: [Forecast]
    var probes: [Probe]
    private let outlook: DomainOutlook

    package init(_ outlook: DomainOutlook) {
        self.outlook = outlook
        let evidence = outlook.evidence
        domain = evidence.domain.text
        enforcement = outlook.settings.enforcement.rawValue
        mx = MX(evidence.mx)
        hosts = evidence.hosts.map(Host.init)
        sts = STS(evidence.sts)
        probes = (outlook.probes ?? []).map { probed in
            Probe(
                host: probed.host?.text, address: probed.address.description, passes: probed.passes,
                reason: probed.outcome.verdict?.reason.rawValue, detail: probed.outcome.verdict?.detail ?? probed.outcome.failure ?? "",
                leg: probed.outcome.leg.map(describe), certificateSubject: probed.outcome.certificate?.subject,
                certificateNames: probed.outcome.certificate?.dnsNames)
        }
        forecast = outlook.forecasts.map { forecast in
            Forecast(
                host: forecast.host?.text, address: forecast.address?.description, demand: demand(forecast), passes: !forecast.isHopeless,
                best: reply(forecast.best), withoutTLS: reply(forecast.plaintext))
        }
    }
}

extension CheckView {
    private enum CodingKeys: CodingKey {
        case domain, enforcement, mx, hosts, sts, forecast, probes
    }

    package func text(_ style: Style) -> String {
        checkText(outlook, style) + (outlook.probes ?? []).map { probeText($0, style) }.joined()
    }
}

extension CheckView.MX {
    init(_ answer: MXEvidence) {
        (outcome, records) = describe(answer)
        status = Reports.status(of: answer)
    }
}

extension CheckView.Host {
    init(_ lookUp: HostLookup) {
        host = lookUp.host.text
        addresses = lookUp.addresses.map(\.description)
        addressStatus = .init(ipv4: text(lookUp.addressStatus.ipv4), ipv6: text(lookUp.addressStatus.ipv6))
        tlsaBase = lookUp.tlsaBase?.text
        tlsaStatus = text(lookUp.tlsa)
        tlsa = []
        if case .records(let records) = lookUp.tlsa { tlsa = records.map(\.description) }
    }
}

extension CheckView.STS {
    init(_ status: STSStatus) {
        outcome = describe(status)
        let cached = status.policy
        id = cached?.id
        mode = cached?.policy.mode.rawValue
        mx = cached?.policy.mx
        maxAge = cached?.policy.maxAge
        fetchedAt = cached?.fetchedAt
        failure = status.failure.map { "\($0)" }
    }
}
