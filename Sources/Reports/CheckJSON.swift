import Basics
import DANE
import FoundationEssentials
import Journal
import MTASTS
import Policy

/// `weft check --json`: the look-ups and what follows from them, with stable keys.
package struct CheckJSON: Encodable {
    struct MX: Encodable {
        var outcome: String
        var status: String
        var records: [String]
    }

    struct Host: Encodable {
        var host: String
        var addresses: [String]
        var address_status: [String: String]
        var tlsa_base: String?
        var tlsa_status: String
        var tlsa: [String]
    }

    struct STS: Encodable {
        var outcome: String
        var id: String?
        var mode: String?
        var mx: [String]?
        var max_age: Int?
        var fetched_at: String?
        var failure: String?
    }

    struct Forecast: Encodable {
        var host: String?
        var address: String?
        var demand: String
        var passes: Bool
        var best: String
        var without_tls: String
    }

    struct Probe: Encodable {
        var host: String?
        var address: String
        var passes: Bool
        var reason: String?
        var detail: String
        var leg: String?
        var certificate_subject: String?
        var certificate_names: [String]?
    }

    var domain: String
    var enforcement: String
    var mx: MX
    var hosts: [Host]
    var sts: STS
    var forecast: [Forecast]
    var probes: [Probe]

    package init(_ evidence: DomainEvidence, _ forecasts: [HostForecast], _ settings: DecisionSettings, _ probed: [ProbedHost] = []) {
        domain = evidence.domain
        enforcement = settings.enforcement.rawValue
        mx = MX(evidence.mx)
        hosts = evidence.hosts.map(Host.init)
        sts = STS(evidence.sts)
        probes = probed.map { probed in
            Probe(
                host: probed.host, address: probed.address.description, passes: probed.passes,
                reason: probed.outcome.verdict?.reason.rawValue, detail: probed.outcome.verdict?.detail ?? probed.outcome.failure ?? "",
                leg: probed.outcome.leg.map(describe), certificate_subject: probed.outcome.certificate?.subject,
                certificate_names: probed.outcome.certificate?.dnsNames)
        }
        forecast = forecasts.map { forecast in
            Forecast(
                host: forecast.host, address: forecast.address?.description, demand: demand(forecast), passes: !forecast.isHopeless,
                best: reply(forecast.best), without_tls: reply(forecast.plaintext))
        }
    }
}

extension CheckJSON.MX {
    init(_ answer: MXEvidence) {
        (outcome, records) = describe(answer)
        status = Reports.status(of: answer)
    }
}

extension CheckJSON.Host {
    init(_ lookUp: HostLookup) {
        host = lookUp.host
        addresses = lookUp.addresses.map(\.description)
        address_status = ["ipv4": text(lookUp.addressStatus.ipv4), "ipv6": text(lookUp.addressStatus.ipv6)]
        tlsa_base = lookUp.tlsaBase
        tlsa_status = text(lookUp.tlsa)
        tlsa = []
        if case .records(let records) = lookUp.tlsa { tlsa = records.map(\.description) }
    }
}

extension CheckJSON.STS {
    init(_ status: STSStatus) {
        outcome = describe(status)
        let cached = status.policy
        id = cached?.id
        mode = cached?.policy.mode.rawValue
        mx = cached?.policy.mx
        max_age = cached?.policy.maxAge
        fetched_at = cached.map { RFC3339.text($0.fetchedAt) }
        failure = status.failure.map { "\($0)" }
    }
}
