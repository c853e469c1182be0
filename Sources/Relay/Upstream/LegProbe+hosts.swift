import Basics
import Policy

extension LegProbe {
    /// Dials the MX hosts of a domain one after another, each at its addresses of both families, at most two of each.
    ///
    /// - Parameter destination: the one address to dial instead.
    public func hosts(of evidence: DomainEvidence, destination: IPAddress?) async -> [ProbedHost] {
        var probed: [ProbedHost] = []
        for place in destination.map({ [Place(host: nil, address: $0)] }) ?? Self.places(of: evidence) {
            let outcome = await run(domain: evidence.domain, destination: Endpoint(address: place.address, port: 25))
            probed.append(ProbedHost(host: place.host, address: place.address, outcome: outcome))
        }
        return probed
    }

    /// Somewhere to dial.
    struct Place: Hashable {
        var host: DomainName?
        var address: IPAddress
    }

    static func places(of evidence: DomainEvidence) -> [Place] {
        evidence.hosts.flatMap { host in
            [false, true].flatMap { isIPv6 in
                host.addresses.filter { $0.isIPv6 == isIPv6 }.prefix(2).map { Place(host: host.host, address: $0) }
            }
        }
    }
}
