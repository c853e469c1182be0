import DANE
import Foundation
import MTASTS
import Records
import TLS
import TestSupport
import Testing

@testable import Policy

/// What holds of `decide` whatever the evidence, against an oracle that is written another way.
@Suite struct DecidePropertyTests {
    static let exhausted = Attempts(redial: .unwanted, refreshed: [.tlsa, .stsID])

    /// As many worlds as a test looks at, the same in every run.
    private func forEachWorld(_ count: Int, seed: UInt64, _ body: (inout RandomEvidence, inout SeededGenerator) -> Void) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<count {
            var world = RandomEvidence(using: &random)
            body(&world, &random)
        }
    }

    private func verdict(_ world: RandomEvidence, _ attempts: Attempts = exhausted) -> Verdict? {
        var attempts = attempts
        attempts.isLegShared = world.isLegShared
        return decide(world.evidence, leg: world.leg, settings: world.settings, attempts: attempts, now: noon).verdict
    }

    @Test func `a leg with nothing left to try is accepted exactly if the oracle has no objection`() {
        var accepted = 0
        forEachWorld(12_000, seed: 1) { world, _ in
            let verdict = verdict(world)
            let objections = Oracle(world: world).objections
            let isRefused = verdict.map { $0.action != .accept } ?? true
            #expect(verdict != nil)
            #expect(isRefused == !objections.isEmpty, "\(verdict?.detail ?? "") \(objections) \(world)")
            if !isRefused { accepted += 1 }
        }
        // The generator finds both.
        #expect((1000..<11_000).contains(accepted))
    }

    @Test func `with things left to try, nothing is accepted that the oracle objects to`() {
        let attempts = [
            Attempts(), Attempts(redial: .transactionUsesLeg), Attempts(refreshed: [.tlsa]),
            Attempts(redial: .exhausted, refreshed: [.stsID]), Attempts(redial: .failed, refreshed: [.tlsa]),
        ]
        forEachWorld(3000, seed: 2) { world, _ in
            let objections = Oracle(world: world).objections
            for attempt in attempts where verdict(world, attempt)?.action == .accept {
                #expect(objections.isEmpty, "\(objections) \(world)")
            }
        }
    }

    @Test func `no change to a refused leg or its evidence makes it acceptable unless what is changed authorises it`() {
        var healed = 0
        forEachWorld(4000, seed: 3) { world, random in
            guard verdict(world)?.action != .accept else { return }
            for _ in 0..<6 {
                var changed = world
                guard let piece = RandomEvidence.Piece.allCases.randomElement(using: &random) else { continue }
                changed.mutate(piece, using: &random)
                guard verdict(changed)?.action == .accept else { continue }
                healed += 1
                #expect(Oracle(world: changed).objections.isEmpty, "\(piece) \(changed)")
            }
        }
        #expect(healed > 100)
    }

    @Test(arguments: OverrideKind.allCases)
    func `an override lets pass exactly the legs that show what its kind asks, and nothing else is asked of them`(kind: OverrideKind) {
        var counts: [Bool: Int] = [:]
        forEachWorld(2000, seed: 11) { world, _ in
            world.settings.enforcement = .enforce
            world.settings.override = .init(kind: kind, until: noon + 1, reason: "ticket 4711")
            for attempts in [Self.exhausted, Attempts()] {
                guard let verdict = verdict(world, attempts) else { continue }
                let passes = Oracle(world: world).objections.isEmpty
                #expect(verdict.policy == .override && (verdict.action == .accept) == passes, "\(verdict) \(world)")
                #expect(!passes || verdict.reason == .overridden)
                #expect(passes || verdict.detail.hasPrefix("override") && !verdict.detail.contains("ticket 4711"))
                counts[passes, default: 0] += 1
            }
        }
        #expect(counts[true, default: 0] > 100 && (kind == .any || counts[false, default: 0] > 100))
    }

    @Test(arguments: OverrideKind.allCases)
    func `while look-ups take too long an override lets pass no leg that it would hold back with them`(kind: OverrideKind) {
        forEachWorld(2000, seed: 12) { world, _ in
            world.settings.override = .init(kind: kind, until: noon + 1, reason: "ticket 4711")
            let pending = pendingVerdict(domain: "example.net", leg: world.leg, settings: world.settings, now: noon)
            guard let known = verdict(world) else { return }
            switch pending.policy {
            // What the certificate proves is not known yet.
            case .none: #expect(pending.reason == .policyPending && world.leg.tls.isEstablished && kind.least > .unauthenticated)
            default: #expect((pending.policy, pending.action, pending.reason) == (known.policy, known.action, known.reason), "\(world)")
            }
        }
    }

    @Test func `MTA-STS never rescues a failing DANE`() {
        var looked = 0
        forEachWorld(4000, seed: 4) { world, random in
            guard world.evidence.mx.isSecure, world.evidence.hosts.contains(where: { world.leg.hostsAtDestination.contains($0.host) })
            else { return }
            world.evidence.sts = .none(.noRecord)
            guard let before = verdict(world), before.action != .accept, before.policy == .dane else { return }
            looked += 1
            for _ in 0..<4 {
                world.mutate(.sts, using: &random)
                // Not even a certificate that is valid for all of its hosts.
                for name in RandomEvidence.hosts {
                    world.leg.authentication[name, default: HostAuthentication(pkix: .expired)].pkix = pkixValid.pkix
                }
                #expect(verdict(world)?.action != .accept, "\(world)")
            }
        }
        #expect(looked > 200)
    }

    @Test func `an address that belongs to one more host only adds to what is demanded`() {
        forEachWorld(4000, seed: 5) { world, random in
            let names = world.evidence.hosts.map(\.host)
            guard let first = names.randomElement(using: &random), let second = names.randomElement(using: &random) else { return }
            // It is said of what policies demand.
            world.settings.override = nil
            world.leg.hostsAtDestination = [first]
            let one = verdict(world)
            world.leg.hostsAtDestination = [first, second]
            let both = verdict(world)
            #expect(one?.action == .accept || both?.action != .accept, "\(world)")
        }
    }

    @Test func `no address makes a leg acceptable that an enforced policy does not accept by its certificate`() {
        forEachWorld(4000, seed: 6) { world, random in
            guard case .policy(let cached, _) = world.evidence.sts, cached.policy.mode == .enforce else { return }
            world.settings.override = nil
            world.leg.authentication = [:]
            world.mutate(.hostsAtDestination, using: &random)
            world.mutate(.destination, using: &random)
            #expect(verdict(world)?.action != .accept, "\(world)")
        }
    }

    @Test func `report mode accepts everything and records what would have been`() {
        forEachWorld(3000, seed: 7) { world, _ in
            for attempts in [Self.exhausted, Attempts()] {
                world.settings.enforcement = .enforce
                let enforced = decide(world.evidence, leg: world.leg, settings: world.settings, attempts: attempts, now: noon)
                world.settings.enforcement = .report
                let reported = decide(world.evidence, leg: world.leg, settings: world.settings, attempts: attempts, now: noon)
                guard let expected = enforced.verdict, let verdict = reported.verdict else {
                    #expect(enforced == reported)
                    continue
                }
                #expect(verdict.action == .accept && verdict.code == 250)
                #expect(verdict.would == (expected.action == .accept ? expected.would : expected.action))
                #expect((verdict.reason, verdict.resultType, verdict.host) == (expected.reason, expected.resultType, expected.host))
            }
        }
    }

    @Test func `policy failures are transient, and only a secure null MX bounces mail`() {
        forEachWorld(4000, seed: 8) { world, _ in
            world.settings.onFailure = .defer
            guard let verdict = verdict(world), verdict.action == .refuse else { return }
            #expect(verdict.reason == .nullMX && verdict.code == 556 && world.evidence.mx == .null(.secure))
        }
    }

    @Test func `no look-up that failed bounces mail, whatever the operator chose`() {
        forEachWorld(8000, seed: 12) { world, _ in
            world.settings.onFailure = .refuse
            let candidates = world.evidence.hosts.filter { world.leg.hostsAtDestination.contains($0.host) }
            let failed = (candidates.isEmpty ? world.evidence.hosts : candidates).contains { host in
                let hostClass = host.hostClass(
                    overIPv6: world.leg.destination.isIPv6, mxSecure: world.evidence.mx.isSecure, insecureMX: world.settings.insecureMX)
                return if case .error = hostClass { true } else { false }
            }
            let isMXFailed = if case .failed = world.evidence.mx { true } else { false }
            guard failed || isMXFailed, let verdict = verdict(world) else { return }
            // An override that wants TLS is a demand of the operator, and no look-up bears on it.
            if verdict.policy == .override, !world.leg.tls.isEstablished { return }
            #expect(verdict.action != .refuse || verdict.code == 556, "\(verdict)")
        }
    }

    @Test func `what failed lately is refused and nothing else changes for the better`() {
        forEachWorld(8000, seed: 13) { world, _ in
            let plain = decide(world.evidence, leg: world.leg, settings: world.settings, attempts: Self.exhausted, now: noon)
            var attempts = Self.exhausted
            attempts.failedLately = RandomEvidence.names
            let informed = decide(world.evidence, leg: world.leg, settings: world.settings, attempts: attempts, now: noon)
            // Only a policy that is not enforced may be satisfied sooner, as there is nothing left to dial for.
            if case .verdict(let verdict) = informed, verdict.action == .accept, verdict.would == nil { #expect(plain == informed) }
        }
    }

    @Test func `each failure of a policy is counted by a type of RFC 8460 4_3`() {
        let uncounted: Set<Reason> = [
            .nullMX, .mxLookupFailed, .domainNotFound, .policyPending, .needsOwnTransaction, .needsNewSession,
        ]
        forEachWorld(4000, seed: 9) { world, _ in
            guard let verdict = verdict(world) else { return }
            if verdict.action != .accept || verdict.would != nil {
                #expect((verdict.resultType != nil) == !uncounted.contains(verdict.reason), "\(verdict)")
            } else {
                #expect((verdict.resultType != nil) == (verdict.reason == .tlsaUnusable), "\(verdict)")
            }
        }
    }

    @Test func `a decision made again on its stored evidence is the same`() throws {
        var random = SeededGenerator(seed: 10)
        for _ in 0..<1000 {
            let world = RandomEvidence(using: &random)
            var attempts = random.chance(50) ? Attempts() : Self.exhausted
            attempts.isLegShared = world.isLegShared
            let domain = EncodedEvidence(world.evidence)
            let inputs = EncodedEvidence(DecisionInputs(leg: world.leg, settings: world.settings, attempts: attempts))
            let evidence = try EncodedEvidence.decode(DomainEvidence.self, from: domain.body)
            let read = try EncodedEvidence.decode(DecisionInputs.self, from: inputs.body)
            #expect(
                decide(evidence, leg: read.leg, settings: read.settings, attempts: read.attempts, now: noon)
                    == decide(world.evidence, leg: world.leg, settings: world.settings, attempts: attempts, now: noon))
            #expect(EncodedEvidence(read).digest == inputs.digest)
        }
    }
}
