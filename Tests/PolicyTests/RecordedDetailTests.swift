import Basics
import Records
import TLS
import TestSupport
import Testing

@testable import Policy

/// What led to the leg is in every decision on it.
@Suite struct RecordedDetailTests {
    @Test(
        arguments: [
            (
                LegTLS.failed(TLSFailure(kind: .remoteAlert, alert: 40, detail: "remote alert 40 handshake_failure")),
                "remote alert 40 handshake_failure"
            ),
            (.refused(code: 454, text: "not now"), "STARTTLS was answered 454"), (.notOffered, nil),
        ] as [(LegTLS, String?)])
    func `why a leg is in clear is recorded where no policy forbids it`(tls: LegTLS, cause: String?) async throws {
        let world = try World()
        world.resolver.set(mx: "example.net", ["mx1.example.net"], .insecure)
        world.resolver.set(addresses: "mx1.example.net", [v4], .insecure)
        var leg = LegEvidence(destination: v4, port: 25, tls: tls)
        leg.hostsAtDestination = ["mx1.example.net"]
        let judgement = await world.service.judge(
            JudgeRequest(domain: "example.net", leg: leg, chain: nil, redial: .exhausted), budget: .seconds(60))
        guard case .verdict(let verdict) = judgement.answer else {
            Issue.record("no verdict")
            return
        }
        let subject = DecisionSubject(
            id: RecordID(), connection: RecordID(), transaction: 1, client: ip("192.0.2.7"), source: nil, sender: "",
            recipient: "a@example.net",
            domain: "example.net", reply: nil, handshakeMilliseconds: nil)
        let details = judgement.journalEvents(verdict, subject: subject, chain: nil).compactMap { event in
            if case .decision(let decision) = event { decision.detail } else { nil }
        }
        #expect(details == [cause.map { "\(verdict.detail); in clear: \($0)" } ?? verdict.detail])
    }
}
