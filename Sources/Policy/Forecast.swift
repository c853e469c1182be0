import Basics
import DANE
import FoundationEssentials
import TLS

/// What the policy would say of a leg to one MX host, before anyone has dialled it.
public struct HostForecast: Sendable, Hashable {
    /// The MX host; nil for a destination that is no known host's, and for a domain whose look-ups decide by themselves.
    public var host: DomainName?
    /// The address that is assumed; nil when the host has none.
    public var address: IPAddress?
    /// The verdict if the server shows everything that the policy asks for.
    public var best: Verdict
    /// The verdict if the server offers no TLS.
    public var plaintext: Verdict

    /// True when no server at that place could take mail.
    public var isHopeless: Bool { best.action != .accept || best.would != nil }
}

/// What `decide` would say of legs to the MX hosts of a domain, by the evidence alone.
///
/// - Parameter destination: an address that a client would connect to; nil stands for each host's own.
public func forecast(_ evidence: DomainEvidence, to destination: IPAddress?, settings: DecisionSettings, now: Date) -> [HostForecast] {
    func verdict(at address: IPAddress, host: HostLookup?, isPerfect: Bool) -> Verdict {
        var leg = LegEvidence(destination: address, port: 25, tls: .notOffered)
        leg.hostsAtDestination = evidence.hosts.filter { $0.addresses.contains(address) }.map(\.host)
        if isPerfect {
            leg.tls = .established(TLSInfo(version: .tls13, cipher: "", resumed: false))
            leg.serverName = host?.tlsaBase ?? host?.host
            leg.authentication = host.map { [$0.host: perfectAuthentication(of: $0)] } ?? [:]
        }
        let attempts = Attempts(redial: .unwanted, refreshed: [.tlsa, .stsID])
        guard case .verdict(let verdict) = decide(evidence, leg: leg, settings: settings, attempts: attempts, now: now) else {
            // With nothing left to try there is always a verdict.
            return pendingVerdict(domain: evidence.domain.text, leg: leg, settings: settings, now: now)
        }
        return verdict
    }
    // Stands for a server whose address is not known: it is in no host's set.
    let nowhere = IPAddress(bytes: [0, 0, 0, 0])
    let places: [(HostLookup?, IPAddress?)] =
        if let destination {
            evidence.hosts(at: destination).map { ($0, destination) }
        } else {
            evidence.hosts.map { ($0, $0.addresses.first) }
        }
    return (places.isEmpty ? [(nil, destination)] : places).compactMap { host, address in
        guard let assumed = address ?? nowhere else { return nil }
        return HostForecast(
            host: host?.host, address: address, best: verdict(at: assumed, host: host, isPerfect: true),
            plaintext: verdict(at: assumed, host: host, isPerfect: false))
    }
}

extension DomainEvidence {
    /// C of the decision table: the hosts with this address, or all of them when none has it.
    fileprivate func hosts(at address: IPAddress) -> [HostLookup] {
        let known = hosts.filter { $0.addresses.contains(address) }
        return known.isEmpty ? hosts : known
    }
}

private func perfectAuthentication(of host: HostLookup) -> HostAuthentication {
    var dane: DANEResult?
    if case .records(let records) = host.tlsa, let record = TLSASelection(records).usable.first {
        dane = .matched(record: record, depth: 0)
    }
    return HostAuthentication(dane: dane, pkix: .valid(until: .distantFuture))
}
