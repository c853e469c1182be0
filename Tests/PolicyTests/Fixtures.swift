import Basics
import DANE
import DNS
import Foundation
import MTASTS
import Records
import TLS
import TestSupport

@testable import Policy

/// A fixed time: nothing here depends on the clock.
let noon = Date(timeIntervalSince1970: 1_800_000_000)

let v4 = IPAddress("203.0.113.25")!
let elsewhere = IPAddress("203.0.113.99")!
let v6 = IPAddress("2001:db8::25")!
let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: Array(repeating: 7, count: 32))
let unusable = TLSARecord(usage: 1, selector: 1, matchingType: 1, data: Array(repeating: 7, count: 32))
let serverFailure = DNSFailure(.serverFailure, "SERVFAIL from 127.0.0.1")
let bogus = DNSFailure(.bogus, "SERVFAIL from 127.0.0.1 (EDE 6)")

/// An MX host for a test.
func host(
    _ name: DomainName, _ addresses: [IPAddress] = [v4], ipv4: HostLookup.AddressStatus? = nil, ipv6: HostLookup.AddressStatus? = nil,
    tlsa: HostLookup.TLSAOutcome = .none(.noRecords), base: DomainName? = nil
) -> HostLookup {
    let has4 = addresses.contains { !$0.isIPv6 }
    let has6 = addresses.contains { $0.isIPv6 }
    return HostLookup(
        host: name, addresses: addresses,
        addressStatus: .init(ipv4: ipv4 ?? (has4 ? .secure : .empty), ipv6: ipv6 ?? (has6 ? .secure : .empty)), expandedName: name,
        tlsaBase: base ?? { if case .none = tlsa { nil } else { name } }(), tlsa: tlsa, ttl: 300)
}

func daneHost(_ name: DomainName, _ addresses: [IPAddress] = [v4], base: DomainName? = nil) -> HostLookup {
    host(name, addresses, tlsa: .records([record]), base: base)
}

func policy(_ mode: STSMode, mx: [String] = ["mx.example.net"]) -> STSStatus {
    let lines = ["version: STSv1", "mode: \(mode.rawValue)"] + mx.map { "mx: \($0)" } + ["max_age: 86400"]
    guard let parsed = try? STSPolicy.parse(Array(lines.joined(separator: "\n").utf8)) else { return .pending }
    return .policy(
        CachedPolicy(domain: "example.net", id: "1", fetched: FetchedPolicy(policy: parsed), now: noon, lastUsed: noon), note: nil)
}

/// Evidence about example.net. Without a word about it, MX records are secure and there is no MTA-STS policy.
func evidence(
    _ hosts: [HostLookup] = [host("mx.example.net")], mx: MXEvidence? = nil, secure: Bool = true, sts: STSStatus = .none(.noRecord),
    age: TimeInterval = 0
) -> DomainEvidence {
    let records = hosts.enumerated().map { MXRecord(preference: UInt16(10 * $0.offset), exchange: $0.element.host) }
    return DomainEvidence(
        domain: "example.net", lookedUpAt: noon - age, mx: mx ?? .records(records, secure ? .secure : .insecure), hosts: hosts, sts: sts)
}

/// The TLS state of a leg in tests.
enum Leg {
    case plain
    case refused
    case failed
    /// TLS with this name as SNI and these findings.
    case tls(sni: DomainName?, [DomainName: HostAuthentication])
}

/// A leg to the destination; K is computed from the hosts' addresses as the service does.
func leg(_ state: Leg, of evidence: DomainEvidence, at address: IPAddress = v4, tried: [DomainName] = []) -> LegEvidence {
    var leg = LegEvidence(destination: address, port: 25, tls: .notOffered)
    leg.hostsAtDestination = evidence.hosts.filter { $0.addresses.contains(address) }.map(\.host)
    switch state {
    case .plain: leg.tls = .notOffered
    case .refused: leg.tls = .refused(code: 454, text: "TLS not available")
    case .failed: leg.tls = .failed(TLSFailure(kind: .remoteAlert, alert: 40, detail: "remote alert 40 handshake_failure"))
    case .tls(let sni, let authentication):
        leg.tls = .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false))
        leg.serverName = sni
        leg.authentication = authentication
    }
    leg.triedServerNames = tried + [leg.serverName].compactMap { $0 }
    return leg
}

let pkixValid = HostAuthentication(pkix: .valid(until: noon + 86_400))
let wrongName = HostAuthentication(pkix: .hostMismatch)
let untrusted = HostAuthentication(pkix: .notTrusted("self-signed certificate"))
let expired = HostAuthentication(pkix: .expired)
let daneMatch = HostAuthentication(dane: .matched(record: record, depth: 0), pkix: .notTrusted("self-signed certificate"))
let daneMismatch = HostAuthentication(dane: .noMatch, pkix: .valid(until: noon + 86_400))

extension Step {
    /// The verdict, or nil for a step that asks for something else.
    var verdict: Verdict? {
        if case .verdict(let verdict) = self { verdict } else { nil }
    }

    /// `accept dane-verified`, `defer 451 4.7.5 dane-mismatch`, `redial mx.example.net`: what a table of cases can show.
    var summary: String {
        switch self {
        case .redial(let name): return "redial \(name)"
        case .renew: return "renew"
        case .refresh(let what): return "refresh \(what.rawValue)"
        case .verdict(let verdict):
            let would = verdict.would.map { " would \($0.rawValue)" } ?? ""
            return verdict.action == .accept
                ? "accept \(verdict.policy.rawValue) \(verdict.reason.rawValue) \(verdict.level.rawValue)\(would)"
                : "\(verdict.action.rawValue) \(verdict.code) \(verdict.enhancedCode) \(verdict.policy.rawValue) \(verdict.reason.rawValue)"
        }
    }
}
