package import Basics
package import DNS

extension ScriptedResolver {
    /// The mail exchangers of a domain, the first one preferred. Without any, the domain exists and has none.
    package func set(
        mx name: DomainName, _ hosts: [DomainName], _ status: DNSSECStatus = .secure, expanded: DomainName? = nil, ttl: Int = 300
    ) {
        let records = hosts.enumerated().map { MXRecord(preference: UInt16($0.offset), exchange: $0.element) }
        change { $0.mx[name] = .records(records, status, canonicalName: expanded, ttl: ttl) }
    }

    /// The addresses of a host, of both families.
    package func set(addresses name: DomainName, _ addresses: [IPAddress], _ status: DNSSECStatus = .secure, ttl: Int = 300) {
        change { zone in
            zone.a[name] = .records(addresses.filter { !$0.isIPv6 }, status, ttl: ttl)
            zone.aaaa[name] = .records(addresses.filter(\.isIPv6), status, ttl: ttl)
        }
    }

    /// The TLSA records of a host's port 25.
    package func set(tlsa host: DomainName, _ records: [TLSARecord], ttl: Int = 300) {
        change { $0.tlsa["_25._tcp.\(host)"] = .records(records, ttl: ttl) }
    }

    /// The TXT records at a name, a text each.
    package func set(txt name: DomainName, _ texts: [String], ttl: Int = 300) {
        change { $0.txt[name] = .records(texts.map { Array($0.utf8) }, .insecure, ttl: ttl) }
    }

    /// The look-up of a domain's mail exchangers fails.
    package func fail(mx name: DomainName, _ kind: DNSFailure.Kind) { change { $0.mx[name] = .failing(kind) } }

    /// The look-up of a host's IPv4 addresses fails.
    package func fail(ipv4 name: DomainName, _ kind: DNSFailure.Kind) { change { $0.a[name] = .failing(kind) } }

    /// The look-up of the TLSA records of a host's port 25 fails.
    package func fail(tlsa host: DomainName, _ kind: DNSFailure.Kind) { change { $0.tlsa["_25._tcp.\(host)"] = .failing(kind) } }

    /// The look-up of the TXT records at a name fails.
    package func fail(txt name: DomainName, _ kind: DNSFailure.Kind) { change { $0.txt[name] = .failing(kind) } }
}
