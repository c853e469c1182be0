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

/// A policy service with everything around it: a scripted name server and policy hosts, certificates of the tests.
final class World: Sendable {
    let resolver = ScriptedResolver()
    let fetcher = ScriptedPolicyFetcher()
    /// Stands still for the policy service and the MTA-STS service alike.
    let clock = ManualClock(sleepsInRealTime: true)
    let store: MemoryPolicyStore
    let sts: STSService
    let service: PolicyService

    init(
        _ configuration: PolicySettings = .init(), sts stsConfiguration: STSSettings = .init(),
        store: MemoryPolicyStore = MemoryPolicyStore()
    ) throws {
        self.store = store
        sts = STSService(
            settings: stsConfiguration, resolver: resolver, store: store, fetcher: fetcher, clock: clock, logger: .quiet)
        service = PolicyService(
            settings: configuration, resolver: resolver, sts: sts, trust: try TestCertificates.trust(), threads: .singleton,
            now: { [clock] in clock.wall }, clock: clock)
    }

    /// Now.
    var moment: Moment { Moment(wall: clock.wall, steady: clock.instant) }

    /// example.net with one host at 203.0.113.25, in a signed zone, with this TLSA record.
    func publishDANE(_ record: TLSARecord) {
        resolver.set(mx: "example.net", ["mx1.example.net"])
        resolver.set(addresses: "mx1.example.net", [v4])
        resolver.set(tlsa: "mx1.example.net", [record])
    }

    /// example.net with one host at 203.0.113.25, in an unsigned zone, with an MTA-STS policy.
    func publishSTS(mode: STSMode = .enforce, mx: [String] = ["mx1.example.net"], id: String = "1") {
        resolver.set(mx: "example.net", ["mx1.example.net"], .insecure)
        resolver.set(addresses: "mx1.example.net", [v4], .insecure)
        resolver.set(id: id, of: "example.net")
        fetcher.set("example.net", mode: mode, mx: mx)
    }
}

/// A request to judge a leg with TLS that shows this chain; without one, a leg in clear.
func request(
    _ chain: CertificateChain? = nil, domain: DomainName? = "example.net", sni: DomainName? = "mx1.example.net", at address: IPAddress = v4,
    redial: Attempts.Redial = .allowed
) -> JudgeRequest {
    var leg = LegEvidence(destination: address, port: 25, tls: .notOffered)
    if chain != nil {
        leg.tls = .established(TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false))
        leg.serverName = sni
        leg.triedServerNames = [sni].compactMap { $0 }
    }
    return JudgeRequest(domain: domain, leg: leg, chain: chain, redial: redial)
}

extension Moment {
    /// Time passes on both clocks.
    static func + (moment: Moment, seconds: Int) -> Moment {
        Moment(wall: moment.wall + TimeInterval(seconds), steady: moment.steady + .seconds(seconds))
    }
}

extension Judgement {
    /// `accept dane dane-verified dane-verified`, `redial mx1.example.net`.
    var summary: String {
        switch answer {
        case .verdict(let verdict): Step.verdict(verdict).summary
        case .redial(let name): Step.redial(serverName: name).summary
        case .renew: Step.renew.summary
        }
    }
}

extension PolicyService {
    /// The answer in short, with all the time in the world.
    func answer(_ request: JudgeRequest) async -> String { await judge(request, budget: .seconds(60)).summary }
}
