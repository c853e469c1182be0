import Basics
import DNS
import DNSTesting
import Foundation
import MTASTS
import MTASTSTesting
import Records
import TLS
import TLSTesting
import TestSupport

import class NIOPosix.NIOThreadPool

@testable import Policy

/// What DNS, a policy host and a mail server say of example.net: anything, by the seed.
struct RandomWorld {
    static let names: [DomainName] = ["mx1.example.net", "mx2.example.net", "mx.example.org"]
    static let failures: [DNSFailure.Kind] = [.bogus, .serverFailure, .timeout]
    /// The world's time: whole seconds, a moment ago.
    static let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    static let here = ip("203.0.113.25")
    static let elsewhere = ip("203.0.113.99")
    static let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: Array(repeating: 7, count: 32))
    static let unusable = TLSARecord(usage: 1, selector: 1, matchingType: 1, data: Array(repeating: 7, count: 32))

    let resolver = ScriptedResolver(unscripted: .noData(.secure))
    let store: MemoryPolicyStore
    var chain: CertificateChain?
    var leg: LegEvidence
    var settings: DecisionSettings
    var redial: Attempts.Redial

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func chance(_ percent: Int) -> Bool { random.chance(percent) }
        func status() -> DNSSECStatus { chance(75) ? .secure : .insecure }
        func answer<Record>(_ records: [Record]) -> ScriptedAnswer<Record> {
            if chance(6) { return .failing(Self.failures.randomElement(using: &random) ?? .timeout) }
            if chance(4) { return .nxDomain(status()) }
            return .records(records, status())
        }
        let file = ["mx1", "mx2", "other-name", "expired", "mx1-alone", "wildcard"]
            .randomElement(using: &random)
        let shown = chance(85) ? try TestCertificates.chain(file ?? "mx1") : nil
        chain = shown
        let hosts = Self.names.filter { _ in chance(60) }
        var records = hosts.enumerated().map { MXRecord(preference: UInt16(10 * $0.offset), exchange: $0.element) }
        if chance(4) { records = [MXRecord(preference: 0, exchange: "")] }
        let mx = answer(records)
        resolver.change { $0.mx["example.net"] = mx }
        for name in Self.names + ["example.net"] {
            let addresses = answer(chance(75) ? [Self.here] : [Self.elsewhere])
            var set: [TLSARecord] = []
            if chance(25), let shown { set.append(TLSARecord(usage: 3, selector: 0, matchingType: 1, data: digest(shown))) }
            if chance(20) { set.append(Self.record) }
            if chance(15) { set.append(Self.unusable) }
            let tlsa = answer(set)
            resolver.change { zone in
                zone.a[name] = addresses
                zone.tlsa["_25._tcp.\(name)"] = tlsa
            }
        }
        if chance(50) {
            let mode = STSMode.allCases.randomElement(using: &random) ?? .enforce
            let patterns = ["mx1.example.net", "*.example.net", "mx.example.org"].filter { _ in chance(60) }
            let lines =
                ["version: STSv1", "mode: \(mode.rawValue)", "max_age: 86400"] + (patterns + ["mx9.example.net"]).map { "mx: \($0)" }
            let parsed = try STSPolicy.parse(Array(lines.joined(separator: "\n").utf8))
            store = MemoryPolicyStore(
                CachedPolicy(
                    domain: "example.net", id: "1", fetched: FetchedPolicy(policy: parsed), now: Self.now - 60, lastUsed: Self.now))
            resolver.set(id: "1", of: "example.net")
        } else {
            store = MemoryPolicyStore()
        }
        let sni = chance(70) ? Self.names.randomElement(using: &random) : nil
        let tls: LegTLS =
            shown == nil
            ? (chance(50) ? .notOffered : .failed(TLSFailure(kind: .remoteAlert, alert: 112, detail: "unrecognized_name")))
            : .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: chance(20)))
        leg = LegEvidence(destination: Self.here, port: 25, tls: tls)
        leg.serverName = shown == nil ? nil : sni
        leg.triedServerNames = Self.names.filter { _ in chance(30) } + (leg.serverName.map { [$0] } ?? [])
        settings = DecisionSettings(
            enforcement: chance(80) ? .enforce : .report, onFailure: chance(80) ? .defer : .refuse,
            insecureMX: DecisionSettings.InsecureMX.allCases.randomElement(using: &random) ?? .dane,
            onPending: chance(50) ? .defer : .proceed, require: chance(10) ? .dane : nil)
        redial = [.allowed, .transactionUsesLeg, .exhausted].randomElement(using: &random) ?? .allowed
    }

    /// A service that lives in this world.
    func service(threads: NIOThreadPool, trust: TrustStore) -> PolicyService {
        let sts = STSService(resolver: resolver, store: store, fetcher: ScriptedPolicyFetcher(), logger: .quiet)
        return PolicyService(
            settings: .init(settings: settings), resolver: resolver, sts: sts, trust: trust, threads: threads, now: { Self.now })
    }
}

/// SHA-256 of the leaf.
private func digest(_ chain: CertificateChain) -> [UInt8] {
    let text = chain.certificateDigests.first ?? ""
    return stride(from: 0, to: text.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
}
