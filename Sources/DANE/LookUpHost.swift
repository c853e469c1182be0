import Basics
import DNS

/// Looks up the addresses of an MX host and then, if DNSSEC vouches for them, its TLSA records for `port` (RFC 7672 2.2.2, 2.2.3).
///
/// - Parameters:
///   - host: as the MX record names it. An address in place of a name has neither addresses nor TLSA records.
///   - wantsTLSA: false asks for the addresses only.
///   - refresh: asks anew what the resolver has cached.
public func lookUpHost(
    _ host: DomainName, port: Int, wantsTLSA: Bool = true, resolver: any Resolver, refresh: Bool
) async -> HostLookup {
    guard IPAddress(host.text) == nil else {
        return HostLookup(
            host: host, addresses: [], addressStatus: .init(ipv4: .empty, ipv6: .empty), expandedName: host, tlsaBase: nil,
            tlsa: .none(.notAsked), ttl: 0)
    }
    async let ipv4 = addresses(of: host, family: .ipv4, resolver: resolver, refresh: refresh)
    async let ipv6 = addresses(of: host, family: .ipv6, resolver: resolver, refresh: refresh)
    let families = await [ipv4, ipv6]
    let answers = families.compactMap { try? $0.get() }
    // An answer without addresses is not used, and so its status does not matter: a family may be unsigned and empty.
    let used = answers.filter { !$0.records.isEmpty }
    var lookup = HostLookup(
        host: host, addresses: used.flatMap(\.records),
        addressStatus: .init(ipv4: status(of: families[0]), ipv6: status(of: families[1])),
        expandedName: used.first?.canonicalName ?? host, tlsaBase: nil, tlsa: .none(.notAsked), ttl: answers.map(\.ttl).min() ?? 0)
    guard wantsTLSA, !used.isEmpty else { return lookup }
    let search = TLSASearch(port: port, resolver: resolver, refresh: refresh)
    let found =
        if used.allSatisfy({ $0.status == .secure }) {
            await search.secureHost(host, expanded: lookup.expandedName)
        } else if lookup.expandedName != host {
            await search.hostWithInsecureTarget(host)
        } else {
            TLSASearch.Finding(outcome: .none(.insecureAddress))
        }
    lookup.tlsa = found.outcome
    lookup.tlsaBase = found.base
    if let ttl = found.ttl { lookup.ttl = min(lookup.ttl, ttl) }
    return lookup
}

private func addresses(
    of host: DomainName, family: AddressFamily, resolver: any Resolver, refresh: Bool
) async -> Result<DNSAnswer<IPAddress>, DNSFailure> {
    do throws(DNSFailure) {
        return .success(try await resolver.addresses(host, family: family, refresh: refresh))
    } catch {
        return .failure(error)
    }
}

private func status(of answer: Result<DNSAnswer<IPAddress>, DNSFailure>) -> HostLookup.AddressStatus {
    switch answer {
    case .failure(let failure): .failed(failure)
    case .success(let answer) where answer.records.isEmpty: .empty
    case .success(let answer): answer.status == .secure ? .secure : .insecure
    }
}
