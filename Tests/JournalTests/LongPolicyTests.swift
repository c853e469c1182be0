import Basics
import Foundation
import Journal
import MTASTS
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Policy

/// What strangers publish at length is written once.
@Suite struct LongPolicyTests {
    @Test func `a policy of 64 KiB is in the journal once, not once a recipient`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal, retention: nil), logger: .quiet)
        let lines =
            ["version: STSv1", "mode: enforce", "max_age: 604800", "mx: mx1.example.net"]
            + (10_000..<12_700).map { "mx: p\($0).example.net" }
        let policy = try STSPolicy.parse(Array(lines.joined(separator: "\n").utf8))
        #expect(policy.text.utf8.count > 60_000)
        let cached = CachedPolicy(
            domain: "example.net", id: "1", fetched: FetchedPolicy(policy: policy), now: morning, lastUsed: morning)
        let leg = LegEvidence(destination: ip("203.0.113.25"), port: 25, tls: .notOffered)
        var attempts = Attempts(redial: .exhausted)
        attempts.refreshed = [.stsID, .tlsa]
        var last = RecordID()
        for number in 0..<1000 {
            // Looked up again for each recipient: whoever wants to fill the journal sends slowly.
            let evidence = DomainEvidence(
                domain: "example.net", lookedUpAt: morning + Double(number), mx: .implicit(.insecure), hosts: [],
                sts: .policy(cached, note: nil))
            guard case .verdict(let verdict) = decide(evidence, leg: leg, settings: DecisionSettings(), attempts: attempts, now: morning)
            else {
                Issue.record("no verdict")
                return
            }
            last = RecordID()
            let judgement = Judgement(
                answer: .verdict(verdict), leg: leg,
                snapshot: Snapshot(evidence, validUntil: .now + .seconds(3600), dnsMilliseconds: 1), attempts: attempts, at: morning)
            let subject = DecisionSubject(
                id: last, connection: RecordID(), transaction: 1, client: ip("192.0.2.7"), source: nil, sender: "",
                recipient: "a@example.net", domain: "example.net", reply: nil, handshakeMilliseconds: nil)
            for event in judgement.journalEvents(verdict, subject: subject, chain: nil) { journal.record(event) }
            if number % 50 == 49 { try await journal.commit() }
        }
        await journal.close()
        let octets = try #require(try FileManager.default.attributesOfItem(atPath: directory.journal)[.size] as? Int)
        print("a policy of 64 KiB: \(octets / 1000) octets of journal a recipient")
        #expect(octets / 1000 < 8192)

        let reader = try JournalReader(path: directory.journal)
        let stored = try await StoredDecision(try #require(try await reader.recipient(last.description)), reader: reader)
        #expect(stored.evidence?.sts == .policy(cached, note: nil))
        #expect(stored.record.sts?.mx.first == "mx1.example.net" && stored.record.sts?.mx.last == "...")
        #expect(stored.differences(from: stored.explain().verdict).isEmpty)
    }
}
