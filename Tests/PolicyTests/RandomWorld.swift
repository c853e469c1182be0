import Basics
import DNS
import Foundation
import Journal
import Logging
import MTASTS
import TLS
import TestSupport

import class NIOPosix.NIOThreadPool

@testable import Policy

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// What DNS, a policy host and a mail server say of example.net: anything, by the seed.
struct RandomWorld: Resolver, PolicyStore, PolicyFetching {
    static let names: [DomainName] = ["mx1.example.net", "mx2.example.net", "mx.example.org"]
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let failures: [DNSFailure.Kind] = [.bogus, .serverFailure, .timeout]
    /// The world's time: whole seconds, a moment ago.
    static let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    var mx: Result<DNSAnswer<MXRecord>, DNSFailure>
    var addresses: [DomainName: Result<DNSAnswer<IPAddress>, DNSFailure>] = [:]
    var tlsa: [DomainName: Result<DNSAnswer<TLSARecord>, DNSFailure>] = [:]
    var policy: CachedPolicy?
    var chain: CertificateChain?
    var leg: LegEvidence
    var settings: DecisionSettings
    var redial: Attempts.Redial

    init(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        func status() -> DNSSECStatus { chance(75) ? .secure : .insecure }
        func failure() -> DNSFailure { DNSFailure(Self.failures.randomElement(using: &random) ?? .timeout, "scripted") }
        func answer<Record>(_ records: [Record]) -> Result<DNSAnswer<Record>, DNSFailure> {
            if chance(6) { return .failure(failure()) }
            if chance(4) { return .success(DNSAnswer(name: "x", status: status(), outcome: .nxDomain, ttl: 300)) }
            return .success(
                DNSAnswer(name: "x", status: status(), outcome: records.isEmpty ? .noData : .records(records), ttl: 300))
        }
        let file = ["mx1", "mx2", "other-name", "expired", "mx1-alone", "wildcard"]
            .randomElement(using: &random)
        let shown = chance(85) ? try TestCertificates.chain(file ?? "mx1") : nil
        chain = shown
        let hosts = Self.names.filter { _ in chance(60) }
        var records = hosts.enumerated().map { MXRecord(preference: UInt16(10 * $0.offset), exchange: $0.element) }
        if chance(4) { records = [MXRecord(preference: 0, exchange: "")] }
        mx = answer(records)
        for name in Self.names + ["example.net"] {
            addresses[name] = answer(chance(75) ? [v4] : [elsewhere])
            var set: [TLSARecord] = []
            if chance(25), let shown { set.append(TLSARecord(usage: 3, selector: 0, matchingType: 1, data: digest(shown))) }
            if chance(20) { set.append(record) }
            if chance(15) { set.append(unusable) }
            tlsa["_25._tcp.\(name)"] = answer(set)
        }
        if chance(50) {
            let mode = STSPolicy.Mode.allCases.randomElement(using: &random) ?? .enforce
            let patterns = ["mx1.example.net", "*.example.net", "mx.example.org"].filter { _ in chance(60) }
            let lines =
                ["version: STSv1", "mode: \(mode.rawValue)", "max_age: 86400"] + (patterns + ["mx9.example.net"]).map { "mx: \($0)" }
            let parsed = try STSPolicy.parse(Array(lines.joined(separator: "\n").utf8))
            policy = CachedPolicy(
                domain: "example.net", id: "1", fetched: FetchedPolicy(policy: parsed), now: Self.now - 60, lastUsed: Self.now)
        } else {
            policy = nil
        }
        let sni = chance(70) ? Self.names.randomElement(using: &random) : nil
        let tls: LegTLS =
            shown == nil
            ? (chance(50) ? .notOffered : .failed(TLSFailure(kind: .remoteAlert, alert: 112, detail: "unrecognized_name")))
            : .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: chance(20)))
        leg = LegEvidence(destination: v4, port: 25, tls: tls)
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
        let sts = STSService(resolver: self, store: self, fetcher: self, logger: RandomWorld.logger)
        return PolicyService(
            settings: .init(settings: settings), resolver: self, sts: sts, trust: trust, threads: threads, now: { Self.now })
    }

    func mx(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<MXRecord> { try mx.get() }

    func addresses(_ name: DomainName, family: AddressFamily, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<IPAddress> {
        guard family == .ipv4, let answer = addresses[name] else { return noData(name) }
        return try answer.get()
    }

    func tlsa(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<TLSARecord> {
        guard let answer = tlsa[name] else { return noData(name) }
        return try answer.get()
    }

    func txt(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<[UInt8]> {
        guard policy != nil else { return noData(name) }
        return DNSAnswer(name: name, status: .insecure, outcome: .records([Array("v=STSv1; id=1".utf8)]), ttl: 300)
    }

    func cname(_ name: DomainName, refresh: Bool) async throws(DNSFailure) -> DNSAnswer<DomainName> { noData(name) }

    func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy { throw STSFailure(.fetchError, "HTTP 404") }

    func policy(domain: DomainName) async throws -> CachedPolicy? { policy }
    func policiesDue(at now: Date, expiringAfter: Date, after: DomainName?, limit: Int) async throws -> [CachedPolicy] { [] }
    func save(_ policy: CachedPolicy) async throws {}
    func noteChecked(domain: DomainName, at time: Date, error: String?) async throws {}
    func noteUsed(domain: DomainName, at time: Date) async throws {}

    private func noData<Record>(_ name: DomainName) -> DNSAnswer<Record> {
        DNSAnswer(name: name, status: .secure, outcome: .noData, ttl: 300)
    }
}

/// SHA-256 of the leaf.
private func digest(_ chain: CertificateChain) -> [UInt8] {
    let text = chain.certificateDigests.first ?? ""
    return stride(from: 0, to: text.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
}
