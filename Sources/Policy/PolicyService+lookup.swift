import DANE
import DNS
import FoundationEssentials
import MTASTS

extension PolicyService {
    /// Evidence older than this is looked up again whatever its TTL says (RFC 7672 2.2.2 leaves the bound to us; TLSA is never served stale).
    private static let longestValidity: TimeInterval = 3600
    /// An MTA-STS status is asked for again at least this often; it comes from a cache of its own.
    private static let stsValidity: TimeInterval = 60
    /// The shortest validity: recipients of one transaction share the look-ups even when a TTL is 0.
    private static let shortestValidity: TimeInterval = 1

    /// Makes all look-ups about a domain: MX and MTA-STS side by side, then every host side by side.
    func load(_ key: Key, refreshing refresh: Refresh?) async -> Snapshot {
        let started = ContinuousClock.now
        let lookedUpAt = now()
        async let sts = sts.status(domain: key.domain, deadline: started + .seconds(20), forceIDCheck: refresh == .stsID)
        let (mx, mxTTL) = await lookUpMX(key.domain)
        let hosts = await lookUpHosts(mx, key: key, refresh: refresh == .tlsa)
        let status = await sts
        for host in hosts { memory.note(host, now: lookedUpAt) }

        var validity = min(Self.longestValidity, TimeInterval(mxTTL))
        for host in hosts { validity = min(validity, TimeInterval(host.ttl)) }
        if case .pending = status { validity = Self.shortestValidity } else { validity = min(validity, Self.stsValidity) }
        let evidence = DomainEvidence(domain: key.domain, lookedUpAt: lookedUpAt, mx: mx, hosts: hosts, sts: status)
        return Snapshot(
            evidence, validUntil: now().addingTimeInterval(max(validity, Self.shortestValidity)),
            lookupMilliseconds: Int((ContinuousClock.now - started) / .milliseconds(1)))
    }

    private func lookUpMX(_ domain: String) async -> (MXEvidence, ttl: Int) {
        do throws(DNSFailure) {
            let answer = try await resolver.mx(domain, refresh: false)
            switch answer.outcome {
            case .nxDomain: return (.nonexistent(answer.status), answer.ttl)
            case .noData: return (.implicit(answer.status), answer.ttl)
            case .records(let records):
                let named = records.filter { !$0.exchange.isEmpty }
                return (named.isEmpty ? .null(answer.status) : .records(named, answer.status), answer.ttl)
            }
        } catch {
            return (.failed(error), 1)
        }
    }

    private func lookUpHosts(_ mx: MXEvidence, key: Key, refresh: Bool) async -> [HostLookup] {
        let names: [String] =
            switch mx {
            case .records(let records, _): records.map(\.exchange)
            // RFC 5321 5.1: without MX records the domain is its own host.
            case .implicit: [key.domain]
            case .null, .nonexistent, .failed: []
            }
        return await withTaskGroup(of: (Int, HostLookup).self) { group in
            for (index, name) in names.enumerated() {
                group.addTask { [resolver] in
                    (index, await lookUpHost(name, port: key.port, resolver: resolver, refresh: refresh))
                }
            }
            var found: [HostLookup?] = Array(repeating: nil, count: names.count)
            for await (index, host) in group { found[index] = host }
            return found.compactMap { $0 }
        }
    }
}
