import Basics
import DNS
import Records
import TLS
import TestSupport
import Testing

@testable import Policy
@testable import Relay
@testable import Reports

@Suite struct `Probing a server` {
    private static let address = IPAddress("203.0.113.25")!

    private static func probed(_ action: Action, would: Action? = nil, tls: LegTLS) -> ProbedHost {
        let verdict = Verdict(
            action: action, would: would, policy: .dane, reason: .daneMismatch, level: .unauthenticated, detail: "DANE: no match\u{1b}[31m",
            code: 451, enhancedCode: "4.7.5")
        let leg = LegEvidence(destination: address, port: 25, tls: tls, serverName: "mx.example.net")
        return ProbedHost(
            host: "mx.example.net", address: address, outcome: LegProbe.Outcome(verdict: verdict, leg: leg, transcript: []))
    }

    @Test func `a leg that fails is shown with its state, and nothing of it acts on the terminal`() {
        let info = TLSInfo(version: .tls13, cipher: "TLS_AES_256_GCM_SHA384", resumed: false)
        #expect(
            probeText(Self.probed(.defer, tls: .established(info)), .plain) == """
                  mx.example.net at 203.0.113.25: fails, dane-mismatch: DANE: no match\\x1b[31m
                    leg TLS 1.3 TLS_AES_256_GCM_SHA384, SNI mx.example.net

                """)
    }

    @Test(arguments: [
        (Action.accept, Action?.none, true), (.accept, .defer, false), (.defer, nil, false), (.refuse, nil, false),
    ])
    func `what only passes because nothing is enforced does not pass`(action: Action, would: Action?, passes: Bool) {
        #expect(Self.probed(action, would: would, tls: .notOffered).passes == passes)
    }

    @Test func `a server that cannot be reached says why`() {
        let outcome = LegProbe.Outcome(failure: "upstream: connection refused", transcript: [])
        let probed = ProbedHost(host: nil, address: Self.address, outcome: outcome)
        #expect(!probed.passes)
        #expect(probeText(probed, .plain) == "  203.0.113.25: no, not reached: upstream: connection refused\n")
    }
}
