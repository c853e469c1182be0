import Basics
import DANE
import FoundationEssentials
import Records
import TestSupport
import Testing

@testable import Policy
@testable import Relay

@Suite struct DomainOutlookTests {
    private static func verdict(_ action: Action) -> Verdict {
        action == .accept ? .accepting() : .deferring(451, "4.7.5")
    }

    private static func evidence(_ hosts: [HostLookup] = []) -> DomainEvidence {
        DomainEvidence(
            domain: "example.net", lookedUpAt: Date(timeIntervalSince1970: 0), mx: .implicit(.insecure), hosts: hosts, sts: .pending)
    }

    private static func outlook(forecast: Action, probes: [Action]?) -> DomainOutlook {
        DomainOutlook(
            evidence: evidence(), settings: DecisionSettings(),
            forecasts: [HostForecast(host: nil, address: nil, best: verdict(forecast), plaintext: verdict(.defer))],
            probes: probes?.map { action in
                ProbedHost(host: nil, address: ip("203.0.113.25"), outcome: .init(verdict: verdict(action), transcript: []))
            })
    }

    @Test(arguments: [
        (Action.accept, [Action]?.none, true), (.defer, nil, false), (.accept, [.defer, .accept], true), (.accept, [.defer], false),
        (.accept, [], false), (.defer, [.accept], false),
    ])
    func `mail can pass where the forecast and what was dialled say so`(forecast: Action, probes: [Action]?, canPass: Bool) {
        #expect(Self.outlook(forecast: forecast, probes: probes).canPass == canPass)
    }

    @Test func `a host is dialled at two addresses of each family at most`() {
        let addresses = ["2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::2", "2001:db8::3"].map(ip)
        let host = HostLookup(
            host: "mx.example.net", addresses: addresses, addressStatus: .init(ipv4: .insecure, ipv6: .insecure),
            expandedName: "mx.example.net", tlsaBase: nil, tlsa: .none(.notAsked), ttl: 60)
        let places = LegProbe.places(of: Self.evidence([host]))
        #expect(places.map(\.address) == ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"].map(ip))
        #expect(places.allSatisfy { $0.host == "mx.example.net" })
    }
}
