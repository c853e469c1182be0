import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS

extension PolicyService {
    /// Evidence older than this is looked up again whatever its TTL says (RFC 7672 2.2.2 leaves the bound to us; TLSA is never served stale).
    private static let longestValidity: Duration = .seconds(3600)
    /// An MTA-STS status is asked for again at least this often; it comes from a cache of its own.
    private static let stsValidity: Duration = .seconds(60)
    /// Evidence with a look-up that failed: long enough that a name server that never answers does not hold up each message.
    private static let failureValidity: Duration = .seconds(10)
    /// The shortest validity: recipients of one transaction share the look-ups even when a TTL is 0.
    private static let shortestValidity: Duration = .seconds(1)

    /// Makes all look-ups about a domain: MX and MTA-STS side by side, then every host side by side.
    ///
    /// - Parameters:
    ///   - number: counts the look-ups of the service in the order in which they began
    ///   - stsDeadline: when MTA-STS is pending at the latest
    func load(_ lookup: Lookup, number: Int, stsDeadline: ContinuousClock.Instant) async -> Snapshot {
        let started = ContinuousClock.now
        let lookedUpAt = now()
        let key = lookup.key
        if let route = key.route { return await load(route, port: key.port, number: number, lookedUpAt: lookedUpAt, started: started) }
        async let sts = stsStatus(lookup, deadline: stsDeadline, started: started)
        let (mx, expandedDomain, mxTTL) = await lookUpMX(key.domain)
        let hosts = await lookUpHosts(mx, key: key, refresh: lookup.refresh == .tlsa)
        let dnsMilliseconds = started.millisecondsAgo
        let (status, stsMilliseconds) = await sts
        for host in hosts { memory.note(host, now: clock.instant) }

        var validity = min(Self.longestValidity, .seconds(mxTTL))
        for host in hosts {
            validity = min(validity, .seconds(host.ttl))
            if host.hasFailure { validity = min(validity, Self.failureValidity) }
        }
        if case .pending = status { validity = Self.shortestValidity } else { validity = min(validity, Self.stsValidity) }
        let evidence = DomainEvidence(
            domain: key.domain, lookedUpAt: lookedUpAt, expandedDomain: expandedDomain, mx: mx, hosts: hosts, sts: status)
        return Snapshot(
            evidence, validUntil: clock.instant + max(validity, Self.shortestValidity),
            dnsMilliseconds: dnsMilliseconds, stsMilliseconds: stsMilliseconds, number: number, refresh: lookup.refresh, findings: findings)
    }

    /// What MTA-STS says of the domain, and how long it took to say so.
    private func stsStatus(
        _ lookup: Lookup, deadline: ContinuousClock.Instant, started: ContinuousClock.Instant
    ) async -> (STSStatus, milliseconds: Int) {
        let status = await sts.status(domain: lookup.key.domain, deadline: deadline, forceIDCheck: lookup.refresh == .stsID)
        return (status, started.millisecondsAgo)
    }

    /// Looks up the host of a route, unless nothing is demanded of it.
    private func load(_ route: RoutePolicy, port: Int, number: Int, lookedUpAt: Date, started: ContinuousClock.Instant) async -> Snapshot {
        var hosts: [HostLookup] = []
        if route.demand == .verify { hosts = [await lookUpHost(route.host, port: port, resolver: resolver, refresh: false)] }
        var validity = min(Self.longestValidity, hosts.map { .seconds($0.ttl) }.min() ?? Self.longestValidity)
        if hosts.contains(where: \.hasFailure) { validity = min(validity, Self.failureValidity) }
        // The operator named the host, so there is no MX record that could lead elsewhere: its TLSA records count as under a secure one.
        let evidence = DomainEvidence(
            domain: route.host, lookedUpAt: lookedUpAt, mx: .implicit(.secure), hosts: hosts, sts: .none(.notADomain), route: route)
        return Snapshot(
            evidence, validUntil: clock.instant + max(validity, Self.shortestValidity),
            dnsMilliseconds: started.millisecondsAgo, number: number, findings: findings)
    }

    private func lookUpMX(_ domain: DomainName) async -> (MXEvidence, expandedDomain: DomainName?, ttl: Int) {
        do throws(DNSFailure) {
            let answer = try await resolver.mx(domain, refresh: false)
            let expanded = answer.canonicalName == answer.name ? nil : answer.canonicalName
            switch answer.outcome {
            case .nxDomain: return (.nonexistent(answer.status), expanded, answer.ttl)
            case .noData: return (.implicit(answer.status), expanded, answer.ttl)
            case .records(let records):
                // RFC 7505 3: a null MX beside other records is no null MX.
                let named = records.filter { !$0.isNull }
                return (named.isEmpty ? .null(answer.status) : .records(named, answer.status), expanded, answer.ttl)
            }
        } catch {
            return (.failed(error), nil, 1)
        }
    }

    private func lookUpHosts(_ mx: MXEvidence, key: Key, refresh: Bool) async -> [HostLookup] {
        let names: [DomainName] =
            switch mx {
            case .records(let records, _): records.map(\.exchange)
            // RFC 5321 5.1: without MX records the domain is its own host.
            case .implicit: [key.domain]
            case .null, .nonexistent, .failed: []
            }
        // RFC 7672 2.2.1: who makes nothing of TLSA records under insecure MX records has no use for them.
        let wantsTLSA = mx.isSecure || !key.ignoresInsecureMX
        return await withTaskGroup(of: (Int, HostLookup).self) { group in
            for (index, name) in names.enumerated() {
                group.addTask { [self] in
                    (index, await host(name, port: key.port, wantsTLSA: wantsTLSA, refresh: refresh))
                }
            }
            var found: [HostLookup?] = Array(repeating: nil, count: names.count)
            for await (index, host) in group { found[index] = host }
            return Self.bounded(found.compactMap { $0 })
        }
    }
}

extension PolicyService {
    /// Most octets of TLSA records of all hosts of a domain together: twenty hosts with a whole certificate each have less.
    static let mostTLSAOctets = 65_536

    /// The hosts with what fits of their TLSA records, in order of preference. A host whose records do not fit is as one whose look-up failed:
    /// nothing may be delivered through it (RFC 7672 2.1.2).
    private static func bounded(_ hosts: [HostLookup]) -> [HostLookup] {
        var left = mostTLSAOctets
        return hosts.map { host in
            guard case .records(let records) = host.tlsa else { return host }
            let octets = records.reduce(0) { $0 + $1.octets }
            guard octets <= left else {
                var refused = host
                refused.tlsa = .failed(
                    DNSFailure(.tooMany, "the hosts of the domain have more than \(mostTLSAOctets) octets of TLSA records"))
                return refused
            }
            left -= octets
            return host
        }
    }

    /// One host; what was asked for past all caches within the last seconds, for whichever domain, is not asked for again.
    private func host(_ name: DomainName, port: Int, wantsTLSA: Bool, refresh: Bool) async -> HostLookup {
        guard refresh else {
            return await lookUpHost(name, port: port, wantsTLSA: wantsTLSA, resolver: resolver, refresh: false)
        }
        let question = FreshHosts.Question(host: name, port: port, wantsTLSA: wantsTLSA)
        if let fresh = freshHosts.answer(to: question, now: clock.instant) { return fresh }
        let asked = clock.instant
        let found = await lookUpHost(name, port: port, wantsTLSA: wantsTLSA, resolver: resolver, refresh: true)
        freshHosts.store(found, for: question, askedAt: asked)
        return found
    }
}

extension HostLookup {
    /// An answer about the host is missing.
    fileprivate var hasFailure: Bool {
        if case .failed = tlsa { return true }
        return [addressStatus.ipv4, addressStatus.ipv6].contains { if case .failed = $0 { true } else { false } }
    }
}

extension ContinuousClock.Instant {
    /// Whole milliseconds from then until now.
    fileprivate var millisecondsAgo: Int { Int((ContinuousClock.now - self) / .milliseconds(1)) }
}
