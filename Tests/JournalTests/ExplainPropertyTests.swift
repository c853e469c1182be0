import Basics
import Foundation
import Journal
import NIOPosix
import Records
import RecordsTesting
import TLSTesting
import TestSupport
import Testing

@testable import Policy

@Suite struct `Explaining what was recorded` {
    static let worlds = 600

    /// Judges a recipient in each of many worlds, records the decisions, and reads them back.
    @Test func `any decision that the service makes comes out the same again, from the journal alone`() async throws {
        let directory = try TemporaryDirectory()
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let trust = try TestCertificates.trust()
        let journal = try Journal(.init(path: directory.journal, retention: nil), logger: .quiet)
        var verdicts: [RecordID: Verdict] = [:]
        for seed in 0..<UInt64(Self.worlds) {
            let world = try RandomWorld(seed: seed)
            let service = world.service(threads: threads, trust: trust)
            if seed % 10 == 0 {
                let kind = OverrideKind.allCases[Int(seed / 10) % OverrideKind.allCases.count]
                service.setOverrides([
                    OverrideRow(
                        domain: "example.net", kind: kind, until: RandomWorld.now + 1, reason: "test", who: "root", created: RandomWorld.now
                    )
                ])
            }
            let domain: DomainName? = seed % 50 == 7 ? nil : "example.net"
            // Nothing ends within no time: the verdict is about that.
            let budget: Duration = seed % 25 == 3 ? .zero : .seconds(20)
            let request = JudgeRequest(domain: domain, leg: world.leg, chain: world.chain, redial: world.redial)
            var judgement = await service.judge(request, budget: budget)
            switch judgement.answer {
            case .verdict: break
            case .redial, .renew:
                judgement = await service.judge(
                    JudgeRequest(domain: domain, leg: world.leg, chain: world.chain, redial: .exhausted), budget: budget)
            }
            guard case .verdict(let verdict) = judgement.answer else { continue }
            let id = RecordID()
            let subject = DecisionSubject(
                id: id, connection: RecordID(), transaction: 1, client: ip("192.0.2.7"), source: nil, sender: "",
                recipient: "a@example.net",
                domain: domain.map { .name($0) } ?? .addressLiteral(ip("192.0.2.1")), reply: nil, handshakeMilliseconds: nil)
            for event in judgement.journalEvents(verdict, subject: subject, chain: world.chain) { journal.record(event) }
            verdicts[id] = verdict
        }
        try await journal.commit()
        await journal.close()

        #expect(verdicts.count == Self.worlds)
        // The worlds are worth the effort: they lead to verdicts of nearly all kinds.
        #expect(Set(verdicts.values.map(\.reason)).count >= 15)
        let reader = try JournalReader(path: directory.journal)
        for (id, verdict) in verdicts {
            let record = try #require(try await reader.recipient(id.description))
            let decision = try await StoredDecision(record, reader: reader)
            let explanation = decision.explain()
            #expect(explanation.verdict == verdict, "\(id)")
            #expect(decision.differences(from: explanation.verdict).isEmpty)
            #expect(explanation.notTried.isEmpty)
            #expect(explanation.trace.last.map { $0.step != nil } ?? (decision.evidence == nil))
        }
        try await threads.shutdownGracefully()
    }

    @Test func `what is no longer kept is said`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let reader = try JournalReader(path: directory.journal)
        var record = DecisionRecord(
            id: RecordID(), at: morning, connection: RecordID(), client: ip("192.0.2.7"), destination: ip("203.0.113.25"), sender: "",
            recipient: "a@example.net", domain: "example.net", policy: .none, enforcement: .enforce, action: .accept, reason: .noPolicy
        )
        await #expect(throws: ExplainError.self) { _ = try await StoredDecision(RecipientRow(decision: record), reader: reader) }
        record.legDigest = [1, 2, 3]
        let error = await #expect(throws: ExplainError.self) {
            _ = try await StoredDecision(RecipientRow(decision: record), reader: reader)
        }
        #expect(error?.description.contains("retention") == true)
        journal.record(.evidence(EvidenceRecord(digest: [1, 2, 3], kind: DecisionInputs.kind, body: Array("{}".utf8))))
        try await journal.commit()
        let unreadable = await #expect(throws: ExplainError.self) {
            _ = try await StoredDecision(RecipientRow(decision: record), reader: reader)
        }
        #expect(unreadable?.description.contains("cannot be read") == true)
        await journal.close()
    }
}
