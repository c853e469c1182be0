import Basics
import DNS
import Synchronization
import TestSupport

/// A name server whose zone a test writes, and which notes what it is asked. Whatever is not in the zone does not exist, insecurely.
final class ScriptedResolver: Resolver {
    private struct Zone {
        var mx: [DomainName: Result<DNSAnswer<MXRecord>, DNSFailure>] = [:]
        var addresses: [String: Result<DNSAnswer<IPAddress>, DNSFailure>] = [:]
        var tlsa: [DomainName: Result<DNSAnswer<TLSARecord>, DNSFailure>] = [:]
        var txt: [DomainName: Result<DNSAnswer<[UInt8]>, DNSFailure>] = [:]
        var asked: [String] = []
    }

    /// Every question passes it.
    let gate = Gate()
    private let zone = Mutex(Zone())

    /// The questions so far: `MX example.net`, `TLSA _25._tcp.mx.example.net anew`.
    var asked: [String] { zone.withLock { $0.asked } }

    func forgetQuestions() { zone.withLock { $0.asked = [] } }

    func set(mx name: DomainName, _ hosts: [DomainName], _ status: DNSSECStatus = .secure, expanded: DomainName? = nil, ttl: Int = 300) {
        let records = hosts.enumerated().map { MXRecord(preference: UInt16($0.offset), exchange: $0.element) }
        zone.withLock {
            $0.mx[name] = .success(
                DNSAnswer(
                    name: name, canonicalName: expanded, status: status, outcome: records.isEmpty ? .noData : .records(records), ttl: ttl))
        }
    }

    func set(addresses name: DomainName, _ addresses: [IPAddress], _ status: DNSSECStatus = .secure, ttl: Int = 300) {
        for (type, isIPv6) in [("A", false), ("AAAA", true)] {
            let records = addresses.filter { $0.isIPv6 == isIPv6 }
            zone.withLock {
                $0.addresses["\(type) \(name)"] = .success(
                    DNSAnswer(name: name, status: status, outcome: records.isEmpty ? .noData : .records(records), ttl: ttl))
            }
        }
    }

    func set(tlsa name: DomainName, _ records: [TLSARecord], ttl: Int = 300) {
        zone.withLock {
            $0.tlsa["_25._tcp.\(name)"] = .success(
                DNSAnswer(name: name, status: .secure, outcome: records.isEmpty ? .noData : .records(records), ttl: ttl))
        }
    }

    func set(id: String?, of domain: DomainName, ttl: Int = 300) {
        let records = id.map { [Array("v=STSv1; id=\($0);".utf8)] } ?? []
        zone.withLock {
            $0.txt["_mta-sts.\(domain)"] = .success(
                DNSAnswer(name: domain, status: .insecure, outcome: records.isEmpty ? .noData : .records(records), ttl: ttl))
        }
    }

    func fail(mx name: DomainName, _ kind: DNSFailure.Kind) { zone.withLock { $0.mx[name] = .failure(DNSFailure(kind, "scripted")) } }
    func fail(ipv4 name: DomainName, _ kind: DNSFailure.Kind) {
        zone.withLock { $0.addresses["A \(name)"] = .failure(DNSFailure(kind, "scripted")) }
    }
    func fail(tlsa name: DomainName, _ kind: DNSFailure.Kind) {
        zone.withLock { $0.tlsa["_25._tcp.\(name)"] = .failure(DNSFailure(kind, "scripted")) }
    }
    func fail(txt domain: DomainName, _ kind: DNSFailure.Kind) {
        zone.withLock { $0.txt["_mta-sts.\(domain)"] = .failure(DNSFailure(kind, "scripted")) }
    }

    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> {
        await note("MX \(name)", refresh)
        return try zone.withLock { $0.mx[name] }?.get() ?? denial(name)
    }

    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        let question = "\(family == .ipv4 ? "A" : "AAAA") \(name)"
        await note(question, refresh)
        return try zone.withLock { $0.addresses[question] }?.get() ?? denial(name)
    }

    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        await note("TLSA \(name)", refresh)
        return try zone.withLock { $0.tlsa[name] }?.get() ?? denial(name)
    }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        await note("TXT \(name)", refresh)
        return try zone.withLock { $0.txt[name] }?.get() ?? denial(name)
    }

    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> {
        await note("CNAME \(name)", refresh)
        return denial(name)
    }

    private func note(_ question: String, _ refresh: Bool) async {
        zone.withLock { $0.asked.append(refresh ? question + " anew" : question) }
        await gate.pass()
    }

    private func denial<Record>(_ name: DomainName) -> DNSAnswer<Record> {
        DNSAnswer(name: name, status: .insecure, outcome: .nxDomain, ttl: 300)
    }
}
