import Basics
import DANE
import DNS
import Foundation
import MTASTS
import Records
import TLS
import TestSupport

@testable import Policy

/// One decision's worth of evidence, anything that can be: also what no server or name server would say, but a forger might.
struct RandomEvidence {
    static let hosts: [DomainName] = ["mx1.example.net", "mx2.example.net", "a.b.example.net", "mx.example.org"]
    static let names: [DomainName] = hosts + ["alias.example.org", "example.net", "other.test"]
    static let patterns = [
        "mx1.example.net", "*.example.net", "*.b.example.net", "mx.example.org", "MX2.example.net", "*.net", "nothing.test",
    ]
    static let addresses = [v4, elsewhere, v6]
    static let tlsa: [TLSARecord] = [
        record, unusable,
        TLSARecord(usage: 2, selector: 0, matchingType: 1, data: Array(repeating: 1, count: 32)),
        TLSARecord(usage: 3, selector: 1, matchingType: 2, data: Array(repeating: 2, count: 64)),
        TLSARecord(usage: 3, selector: 1, matchingType: 1, data: Array(repeating: 3, count: 31)),
        TLSARecord(usage: 0, selector: 0, matchingType: 1, data: Array(repeating: 4, count: 32)),
        TLSARecord(usage: 3, selector: 2, matchingType: 1, data: Array(repeating: 5, count: 32)),
        TLSARecord(usage: 255, selector: 1, matchingType: 3, data: []),
    ]

    var evidence: DomainEvidence
    var leg: LegEvidence
    var settings: DecisionSettings
    /// Mail for other domains uses the leg.
    var isLegShared: Bool

    init(using random: inout SeededGenerator) {
        evidence = DomainEvidence(domain: "example.net", lookedUpAt: noon, mx: .null(.secure), hosts: [], sts: .pending)
        leg = LegEvidence(destination: v4, port: 25, tls: .notOffered)
        settings = DecisionSettings()
        isLegShared = random.chance(30)
        settings.insecureMX = DecisionSettings.InsecureMX.allCases.randomElement(using: &random) ?? .dane
        settings.onPending = random.chance(50) ? .defer : .proceed
        settings.onFailure = random.chance(80) ? .defer : .refuse
        settings.require = random.chance(10) ? .dane : nil
        for name in Self.hosts where random.chance(50) { evidence.hosts.append(Self.host(name, using: &random)) }
        for piece in Piece.allCases where piece != .host { mutate(piece, using: &random) }
    }

    /// What a forger, an operator or time may change.
    enum Piece: CaseIterable {
        case mx, host, sts, tls, serverName, destination, hostsAtDestination, authentication, age, override
    }

    mutating func mutate(_ piece: Piece, using random: inout SeededGenerator) {
        switch piece {
        case .mx:
            let status: DNSSECStatus = random.chance(60) ? .secure : .insecure
            let records = evidence.hosts.enumerated().map { MXRecord(preference: UInt16($0.offset), exchange: $0.element.host) }
            switch Int.random(in: 0..<20, using: &random) {
            case 0: evidence.mx = .null(status)
            case 1:
                evidence.mx = .nonexistent(status)
                evidence.hosts = []
            case 2: evidence.mx = .failed(random.chance(50) ? bogus : serverFailure)
            case 3: evidence.mx = .implicit(status)
            default: evidence.mx = .records(records, status)
            }
        case .host:
            guard let index = evidence.hosts.indices.randomElement(using: &random) else { return }
            evidence.hosts[index] = Self.host(evidence.hosts[index].host, using: &random)
        case .sts:
            switch Int.random(in: 0..<10, using: &random) {
            case 0: evidence.sts = .pending
            case 1, 2: evidence.sts = .none(.noRecord)
            case 3: evidence.sts = randomPolicy(.testing, using: &random)
            default: evidence.sts = randomPolicy(.enforce, using: &random)
            }
        case .tls:
            switch Int.random(in: 0..<8, using: &random) {
            case 0: leg.tls = .notOffered
            case 1: leg.tls = .refused(code: 454, text: "no")
            case 2: leg.tls = .failed(TLSFailure(kind: .localAlert, alert: 70, detail: "protocol version"))
            default: leg.tls = .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false))
            }
        case .serverName:
            leg.serverName = random.chance(80) ? Self.names.randomElement(using: &random) : nil
            leg.triedServerNames = Self.names.filter { _ in random.chance(30) }
        case .destination:
            leg.destination = Self.addresses.randomElement(using: &random) ?? v4
        case .hostsAtDestination:
            leg.hostsAtDestination = random.chance(40) ? [] : Self.hosts.filter { _ in random.chance(40) }
        case .authentication:
            leg.authentication = [:]
            for name in Self.hosts where random.chance(70) { leg.authentication[name] = Self.authentication(using: &random) }
        case .age:
            evidence.lookedUpAt = noon - (random.chance(50) ? 0.123_456_7 : 30)
        case .override:
            let kind = OverrideKind.allCases.randomElement(using: &random) ?? .any
            let until = noon + (random.chance(80) ? 1 : 0)
            settings.override = random.chance(15) ? .init(kind: kind, until: until, reason: "ticket 4711") : nil
        }
    }

    private static func host(_ name: DomainName, using random: inout SeededGenerator) -> HostLookup {
        func status() -> HostLookup.AddressStatus {
            [.secure, .secure, .insecure, .empty, .failed(serverFailure)].randomElement(using: &random) ?? .empty
        }
        let tlsa: HostLookup.TLSAOutcome =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: .failed(random.chance(50) ? bogus : serverFailure)
            case 1...4: .none(.noRecords)
            default: .records([Self.tlsa.randomElement(using: &random) ?? record] + Self.tlsa.filter { _ in random.chance(15) })
            }
        return HostLookup(
            host: name, addresses: [], addressStatus: .init(ipv4: status(), ipv6: status()), expandedName: name,
            tlsaBase: random.chance(80) ? name : "alias.example.org", tlsa: tlsa, ttl: 60)
    }

    private static func authentication(using random: inout SeededGenerator) -> HostAuthentication {
        let dane: [DANEResult?] = [
            nil, .noMatch, .hostMismatch, .expired, .failed("x"), .noUsableRecords,
            .matched(record: tlsa.randomElement(using: &random) ?? record, depth: 0), .matched(record: record, depth: 0),
        ]
        let pkix: [PKIXResult] = [
            .hostMismatch, .expired, .notYetValid, .notTrusted("x"), .valid(until: noon - 1), .valid(until: noon + 1),
            .valid(until: noon + 1),
            .valid(until: noon + 1),
        ]
        return HostAuthentication(dane: dane.randomElement(using: &random) ?? nil, pkix: pkix.randomElement(using: &random) ?? .expired)
    }
}

/// A policy with some of the patterns, at least one.
private func randomPolicy(_ mode: STSMode, using random: inout SeededGenerator) -> STSStatus {
    let some = RandomEvidence.patterns.filter { _ in random.chance(30) }
    return policy(mode, mx: some.isEmpty ? ["nothing.test"] : some)
}
