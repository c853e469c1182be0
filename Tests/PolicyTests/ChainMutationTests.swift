import Basics
import DANE
import DNS
import Foundation
import MTASTS
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import Policy

/// Damaged certificates, TLSA records and policies, through the functions that check them: a leg of an enforced domain is never accepted
/// unless what was changed really authorises it.
@Suite struct ChainMutationTests {
    static let name: DomainName = "mx1.example.net"
    let trust: TrustStore

    init() throws {
        trust = try TestCertificates.trust()
    }

    /// What becomes of a leg that shows these certificates, under its own name, when there is nothing left to try.
    private func verdict(_ der: [[UInt8]], _ evidence: DomainEvidence, sni: DomainName = name) -> Verdict? {
        // What is no certificate ends the handshake: there is no leg to judge.
        guard let chain = try? CertificateChain(der: der) else { return nil }
        var leg = LegEvidence(destination: v4, port: 25, tls: .established(TLSInfo(version: .tls13, cipher: "x", resumed: false)))
        leg.serverName = sni
        leg.hostsAtDestination = [sni]
        leg.authentication = authenticate(chain, evidence: evidence, trust: trust, now: noon)
        let attempts = Attempts(redial: .unwanted, refreshed: [.tlsa, .stsID])
        return decide(evidence, leg: leg, settings: DecisionSettings(), attempts: attempts, now: noon).verdict
    }

    private func domain(_ records: [TLSARecord]) -> DomainEvidence {
        evidence([host(Self.name, tlsa: records.isEmpty ? .none(.noRecords) : .records(records))], secure: true)
    }

    private static let enforced = evidence(
        [host(name)], secure: false, sts: policy(.enforce, mx: [name.text, "*.example.net"]))

    /// Flips a bit or two of one certificate, or replaces, removes or doubles an octet.
    private func damage(_ der: [[UInt8]], only place: Int? = nil, using random: inout SeededGenerator) -> [[UInt8]] {
        var der = der
        let which = place ?? Int.random(in: 0..<der.count, using: &random)
        let at = Int.random(in: 0..<der[which].count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: der[which].remove(at: at)
        case 1: der[which].insert(der[which][at], at: at)
        case 2: der[which][at] = UInt8.random(in: 0...255, using: &random)
        default: der[which][at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        return der
    }

    @Test(arguments: [
        "mx1", "mx2", "wildcard", "cn-only", "expired", "future", "other-name", "under-leaf", "under-expired", "client-auth", "stuffed",
        "mx1-alone",
        "sha1", "ip-san", "partial-wildcard",
    ])
    func `a damaged chain does not pass an enforced MTA-STS policy`(_ name: String) throws {
        var random = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
        let good = try TestCertificates.der(name + "-chain")
        let isGood = verdict(good, Self.enforced)?.action == .accept
        #expect(isGood == ["mx1", "wildcard"].contains(name))
        var parsed = 0
        for _ in 0..<120 {
            let damaged = damage(good, using: &random)
            guard damaged != good, let verdict = verdict(damaged, Self.enforced) else { continue }
            parsed += 1
            #expect(verdict.action != .accept, "\(verdict.detail)")
        }
        #expect(parsed > 25)
    }

    @Test(
        arguments: [
            (3, "mx1"), (2, "intermediate"), (2, "root"),
        ] as [(UInt8, String)])
    func `a damaged chain does not pass DANE`(_ usage: UInt8, _ anchor: String) throws {
        var random = SeededGenerator(seed: UInt64(usage) + UInt64(anchor.count))
        let evidence = domain([try TLSARecord.digest(usage: usage, of: anchor)])
        let good = try TestCertificates.der("mx1-with-root-chain")
        #expect(verdict(good, evidence)?.reason == .daneVerified)
        // Usage 3 is about the leaf alone. Of a path to an anchor, the certificates above the anchor do not count.
        let places = usage == 3 ? 0...0 : anchor == "intermediate" ? 0...1 : 0...2
        for _ in 0..<200 {
            let damaged = damage(good, only: Int.random(in: places, using: &random), using: &random)
            guard damaged != good, let verdict = verdict(damaged, evidence) else { continue }
            #expect(verdict.action != .accept, "\(verdict.detail)")
        }
    }

    @Test func `a certificate changed anywhere but in its key passes a record of that key, and no other does`() throws {
        var random = SeededGenerator(seed: 311)
        let good = try TestCertificates.der("mx1-chain")
        // SubjectPublicKeyInfo of a key on P-256 (RFC 5480 2): 91 octets that begin so.
        let prefix: [UInt8] = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
        let start = try #require(good[0].indices.first { good[0][$0...].starts(with: prefix) })
        let key = Array(good[0][start..<start + 91])
        let evidence = domain([TLSARecord(usage: 3, selector: 1, matchingType: 0, data: key)])
        #expect(verdict(good, evidence)?.reason == .daneVerified)
        for _ in 0..<200 {
            let damaged = damage(good, only: 0, using: &random)
            guard let verdict = verdict(damaged, evidence), verdict.action == .accept else { continue }
            let hasKey = damaged[0].indices.contains { damaged[0][$0...].starts(with: key) }
            #expect(hasKey && verdict.reason == .daneVerified)
        }
    }

    @Test(arguments: ["mx1", "mx2", "self-signed"])
    func `a damaged TLSA record authenticates only what it names`(_ shown: String) throws {
        var random = SeededGenerator(seed: UInt64(shown.count))
        let chain = shown == "self-signed" ? try TestCertificates.der(shown) : try TestCertificates.der(shown + "-chain")
        let leaf = try TLSARecord.digest(of: shown).data
        let records = [try TLSARecord.digest(of: "mx1"), try TLSARecord.digest(usage: 2, of: "other-root")]
        #expect((verdict(chain, domain(records))?.action == .accept) == (shown == "mx1"))
        for _ in 0..<300 {
            var changed = records
            let which = Int.random(in: 0..<changed.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: changed[which].usage = UInt8.random(in: 0...4, using: &random)
            case 1: changed[which].selector = UInt8.random(in: 0...2, using: &random)
            case 2: changed[which].matchingType = UInt8.random(in: 0...3, using: &random)
            case 3: changed[which].data.removeLast()
            case 4: changed[which].data[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default:
                // Both unusable: RFC 7672 2.2 leaves encryption.
                changed = changed.map {
                    TLSARecord(usage: $0.usage & 1, selector: $0.selector, matchingType: $0.matchingType, data: $0.data)
                }
            }
            guard let verdict = verdict(chain, domain(changed)), verdict.action == .accept else { continue }
            if verdict.reason == .tlsaUnusable {
                #expect(
                    changed.allSatisfy { !(2...3).contains($0.usage) || $0.selector > 1 || $0.matchingType != 1 || $0.data.count != 32 })
            } else {
                #expect(verdict.reason == .daneVerified)
                #expect(changed.contains { ($0.usage, $0.selector, $0.matchingType) == (3, 0, 1) && $0.data == leaf })
            }
        }
    }

    @Test func `a damaged policy lets through only what it says`() throws {
        var random = SeededGenerator(seed: 8461)
        let text = Array("version: STSv1\r\nmode: enforce\r\nmx: mx9.example.net\r\nmx: *.example.org\r\nmax_age: 604800\r\n".utf8)
        let alphabet = Array("mx19*.:-\r\n \tenforctsigampl_0aA\u{e9}".utf8)
        let chain = try TestCertificates.der("wildcard-chain")
        var (enforced, invalid) = (0, 0)
        for _ in 0..<1500 {
            var changed = text
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let at = Int.random(in: 0..<changed.count, using: &random)
                let octet = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: changed[at] = octet
                case 1: changed.insert(octet, at: at)
                default: changed.remove(at: at)
                }
            }
            guard let policy = try? STSPolicy.parse(changed) else {
                // The policy cached so far stays (RFC 8461 3.3).
                invalid += 1
                continue
            }
            guard policy.mode == .enforce else {
                Issue.record("two changes make no other mode: \(policy.text)")
                continue
            }
            enforced += 1
            let cached = CachedPolicy(
                domain: "example.net", id: "1", fetched: FetchedPolicy(policy: policy), now: noon, lastUsed: noon)
            let evidence = evidence([host(Self.name)], secure: false, sts: .policy(cached, note: nil))
            guard let verdict = verdict(chain, evidence), verdict.action == .accept else { continue }
            let lines = String(decoding: changed, as: UTF8.self).lowercased().split(whereSeparator: \.isNewline)
            #expect(
                lines.contains {
                    $0.hasPrefix("mx:")
                        && ["mx1.example.net", "mx1.example.net."].contains($0.dropFirst(3).trimmingCharacters(in: .whitespaces))
                })
        }
        #expect(enforced > 150 && invalid > 150)
    }
}
