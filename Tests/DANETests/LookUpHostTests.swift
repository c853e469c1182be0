import Basics
import DNS
import DNSTesting
import TestSupport
import Testing

@testable import DANE

@Suite struct LookUpHostTests {
    let v4: [IPAddress]
    let v6: [IPAddress]
    let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 7, count: 32))
    let bogus = DNSFailure(.bogus, "scripted")

    init() throws {
        v4 = [try #require(IPAddress("192.0.2.1")), try #require(IPAddress("192.0.2.2"))]
        v6 = [try #require(IPAddress("2001:db8::1"))]
    }

    private func lookUp(_ resolver: ScriptedResolver, port: Int = 25, refresh: Bool = false) async -> HostLookup {
        await lookUpHost("mx.example.net", port: port, resolver: resolver, refresh: refresh)
    }

    @Test func `secure addresses lead to secure records`() async {
        let resolver = ScriptedResolver.signed(
            a: ["mx.example.net": .records(v4, ttl: 300)], aaaa: ["mx.example.net": .records(v6, ttl: 200)],
            tlsa: ["_25._tcp.mx.example.net": .records([record], ttl: 100)])
        let lookup = await lookUp(resolver)
        #expect(
            lookup
                == HostLookup(
                    host: "mx.example.net", addresses: v4 + v6, addressStatus: .init(ipv4: .secure, ipv6: .secure),
                    expandedName: "mx.example.net", tlsaBase: "mx.example.net", tlsa: .records([record]), ttl: 100))
        #expect(resolver.asked("CNAME", "TLSA") == ["TLSA _25._tcp.mx.example.net"])
    }

    @Test func `the port is that of the connection, and refresh is passed on`() async {
        let resolver = ScriptedResolver.signed(a: ["mx.example.net": .records(v4)], tlsa: ["_2525._tcp.mx.example.net": .records([record])])
        #expect(await lookUp(resolver, port: 2525, refresh: true).tlsa == .records([record]))
        #expect(resolver.asked("CNAME", "TLSA") == ["TLSA _2525._tcp.mx.example.net anew"])
    }

    /// RFC 7672 2.2.2: name servers that answer TLSA questions wrongly are those of unsigned zones.
    @Test func `insecure addresses ask for no records`() async {
        let resolver = ScriptedResolver.signed(
            a: ["mx.example.net": .records(v4, .insecure)], tlsa: ["_25._tcp.mx.example.net": .records([record])])
        let lookup = await lookUp(resolver)
        #expect(lookup.tlsa == .none(.insecureAddress))
        #expect(lookup.addressStatus == .init(ipv4: .insecure, ipv6: .empty))
        #expect(lookup.tlsaBase == nil)
        #expect(resolver.asked("CNAME", "TLSA").isEmpty)
    }

    @Test func `one insecure family makes the host insecure`() async {
        let resolver = ScriptedResolver.signed(
            a: ["mx.example.net": .records(v4)], aaaa: ["mx.example.net": .records(v6, .insecure)],
            tlsa: ["_25._tcp.mx.example.net": .records([record])])
        let lookup = await lookUp(resolver)
        #expect(lookup.tlsa == .none(.insecureAddress))
        #expect(lookup.addressStatus[.ipv4] == .secure)
        #expect(lookup.addressStatus[.ipv6] == .insecure)
    }

    @Test func `an insecure family without addresses does not matter`() async {
        let resolver = ScriptedResolver.signed(
            a: ["mx.example.net": .records(v4)], aaaa: ["mx.example.net": .noData(.insecure)],
            tlsa: ["_25._tcp.mx.example.net": .records([record])])
        #expect(await lookUp(resolver).tlsa == .records([record]))
    }

    @Test(arguments: [DNSFailure.Kind.bogus, .serverFailure, .timeout])
    func `a failure of one family leaves the other`(kind: DNSFailure.Kind) async {
        let records: ScriptedZone.Answers<TLSARecord> = ["_25._tcp.mx.example.net": .records([record])]
        let failure = DNSFailure(kind, "scripted")
        let six = await lookUp(
            ScriptedResolver.signed(a: ["mx.example.net": .failing(kind)], aaaa: ["mx.example.net": .records(v6)], tlsa: records))
        #expect(six.addresses == v6)
        #expect(six.addressStatus == .init(ipv4: .failed(failure), ipv6: .secure))
        #expect(six.tlsa == .records([record]))
        let four = await lookUp(
            ScriptedResolver.signed(a: ["mx.example.net": .records(v4)], aaaa: ["mx.example.net": .failing(kind)], tlsa: records))
        #expect(four.addresses == v4)
        #expect(four.addressStatus == .init(ipv4: .secure, ipv6: .failed(failure)))
        #expect(four.tlsa == .records([record]))
    }

    @Test func `without an address there is nothing to ask`() async {
        let failing = ScriptedResolver.signed(a: ["mx.example.net": .failing(.timeout)], aaaa: ["mx.example.net": .failing(.bogus)])
        let failed = await lookUp(failing)
        #expect(failed.addressStatus == .init(ipv4: .failed(DNSFailure(.timeout, "scripted")), ipv6: .failed(bogus)))
        #expect(failed.tlsa == .none(.notAsked))
        #expect(failed.ttl == 0)
        let absent = ScriptedResolver.signed()
        let empty = await lookUp(absent)
        #expect(empty.addressStatus == .init(ipv4: .empty, ipv6: .empty))
        #expect(empty.tlsa == .none(.notAsked))
        #expect(empty.ttl == 900)
        #expect(failing.asked("CNAME", "TLSA").isEmpty && absent.asked("CNAME", "TLSA").isEmpty)
    }

    @Test func `an address in place of a host name is no host`() async {
        let resolver = ScriptedResolver.signed()
        let lookup = await lookUpHost("192.0.2.1", port: 25, resolver: resolver, refresh: false)
        #expect(lookup.addresses.isEmpty)
        #expect(lookup.tlsa == .none(.notAsked))
    }

    @Test func `no secure records mean no DANE`() async {
        let a: ScriptedZone.Answers<IPAddress> = ["mx.example.net": .records(v4)]
        let denied = await lookUp(ScriptedResolver.signed(a: a, tlsa: ["_25._tcp.mx.example.net": .noData(ttl: 60)]))
        #expect(denied.tlsa == .none(.noRecords))
        #expect(denied.tlsaBase == nil)
        #expect(denied.ttl == 60)
        let insecure = await lookUp(ScriptedResolver.signed(a: a, tlsa: ["_25._tcp.mx.example.net": .records([record], .insecure)]))
        #expect(insecure.tlsa == .none(.insecureTLSA))
    }

    @Test(arguments: [DNSFailure.Kind.bogus, .serverFailure, .timeout, .tooMany])
    func `a failure for TLSA is not the absence of records`(kind: DNSFailure.Kind) async {
        let resolver = ScriptedResolver.signed(a: ["mx.example.net": .records(v4)], tlsa: ["_25._tcp.mx.example.net": .failing(kind)])
        let lookup = await lookUp(resolver)
        #expect(lookup.tlsa == .failed(DNSFailure(kind, "scripted")))
        #expect(lookup.tlsaBase == "mx.example.net")
    }
}
