import Basics
import DNS
import DNSTesting
import TestSupport
import Testing

@testable import DANE

/// RFC 7672 2.2.2 and 2.2.3: hosts that are aliases.
@Suite struct CNAMETests {
    let v4: [IPAddress]
    let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 7, count: 32))
    let other = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 8, count: 32))

    init() throws {
        v4 = [try #require(IPAddress("192.0.2.1"))]
    }

    private func alias(_ status: DNSSECStatus) -> ScriptedZone.Answers<IPAddress> {
        ["mx.example.net": .records(v4, status, canonicalName: "host.example.com")]
    }

    private func lookUp(_ resolver: ScriptedResolver) async -> HostLookup {
        await lookUpHost("mx.example.net", port: 25, resolver: resolver, refresh: false)
    }

    @Test func `records at the expanded name come first`() async {
        let resolver = ScriptedResolver.signed(
            a: alias(.secure),
            tlsa: ["_25._tcp.host.example.com": .records([record]), "_25._tcp.mx.example.net": .records([other])])
        let lookup = await lookUp(resolver)
        #expect(lookup.expandedName == "host.example.com")
        #expect(lookup.tlsaBase == "host.example.com")
        #expect(lookup.tlsa == .records([record]))
        #expect(resolver.asked("CNAME", "TLSA") == ["TLSA _25._tcp.host.example.com"])
    }

    @Test func `without secure ones there, the original name is next, and no other`() async {
        for first in [ScriptedAnswer<TLSARecord>.noData(ttl: 50), .records([other], .insecure, ttl: 50)] {
            let resolver = ScriptedResolver.signed(
                a: alias(.secure), tlsa: ["_25._tcp.host.example.com": first, "_25._tcp.mx.example.net": .records([record], ttl: 70)])
            let lookup = await lookUp(resolver)
            #expect(lookup.tlsaBase == "mx.example.net")
            #expect(lookup.tlsa == .records([record]))
            #expect(lookup.ttl == 50)
            #expect(resolver.asked("CNAME", "TLSA") == ["TLSA _25._tcp.host.example.com", "TLSA _25._tcp.mx.example.net"])
        }
    }

    @Test func `an error at the expanded name is an error, whatever the original name has`() async {
        let resolver = ScriptedResolver.signed(
            a: alias(.secure),
            tlsa: ["_25._tcp.host.example.com": .failing(.bogus), "_25._tcp.mx.example.net": .records([record])])
        let lookup = await lookUp(resolver)
        #expect(lookup.tlsa == .failed(DNSFailure(.bogus, "scripted")))
        #expect(lookup.tlsaBase == "host.example.com")
        #expect(resolver.asked("CNAME", "TLSA") == ["TLSA _25._tcp.host.example.com"])
    }

    @Test func `neither name has records`() async {
        #expect(await lookUp(ScriptedResolver.signed(a: alias(.secure))).tlsa == .none(.noRecords))
        let insecure = ScriptedResolver.signed(a: alias(.secure), tlsa: ["_25._tcp.host.example.com": .records([other], .insecure)])
        #expect(await lookUp(insecure).tlsa == .none(.insecureTLSA))
        let error = ScriptedResolver.signed(a: alias(.secure), tlsa: ["_25._tcp.mx.example.net": .failing(.timeout)])
        #expect(await lookUp(error).tlsa == .failed(DNSFailure(.timeout, "scripted")))
    }

    @Test func `a secure alias of an insecure host has records at its own name only`() async {
        let resolver = ScriptedResolver.signed(
            a: alias(.insecure),
            tlsa: ["_25._tcp.mx.example.net": .records([record]), "_25._tcp.host.example.com": .records([other])],
            cname: ["mx.example.net": .records(["host.example.com"], .secure, ttl: 30)])
        let lookup = await lookUp(resolver)
        #expect(lookup.tlsaBase == "mx.example.net")
        #expect(lookup.tlsa == .records([record]))
        #expect(lookup.addressStatus.ipv4 == .insecure)
        #expect(lookup.ttl == 30)
        #expect(resolver.asked("CNAME", "TLSA") == ["CNAME mx.example.net", "TLSA _25._tcp.mx.example.net"])
    }

    @Test func `an insecure alias has none`() async {
        for alias in [ScriptedAnswer<DomainName>.records(["host.example.com"], .insecure), .noData(.secure)] {
            let resolver = ScriptedResolver.signed(
                a: self.alias(.insecure), tlsa: ["_25._tcp.mx.example.net": .records([record])], cname: ["mx.example.net": alias])
            #expect(await lookUp(resolver).tlsa == .none(.insecureAddress))
            #expect(resolver.asked("CNAME", "TLSA") == ["CNAME mx.example.net"])
        }
    }

    @Test func `an error for the alias is an error`() async {
        let resolver = ScriptedResolver.signed(
            a: alias(.insecure), tlsa: ["_25._tcp.mx.example.net": .records([record])], cname: ["mx.example.net": .failing(.bogus)])
        #expect(await lookUp(resolver).tlsa == .failed(DNSFailure(.bogus, "scripted")))
    }
}
