import Basics
import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct JournalRoundTripTests {
    let directory: TemporaryDirectory
    let journal: Journal

    init() throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: .quiet)
    }

    @Test func `a session comes back as it was recorded`() async throws {
        let opened = ConnectionOpened.sample()
        let closed = ConnectionClosed.sample(opened.id)
        let decision = DecisionRecord.sample(opened.id)
        var transaction = TransactionRecord.sample(opened.id)
        transaction.content = [0, 255, 13, 10]
        let lines = [TranscriptLine].session
        journal.record(.opened(opened))
        journal.record(.transcript(opened.id, Array(lines.prefix(10))))
        journal.record(.decision(decision))
        journal.record(.transcript(opened.id, []))
        journal.record(.transcript(opened.id, Array(lines.dropFirst(10))))
        journal.record(.transaction(transaction))
        journal.record(.closed(closed))
        try await journal.commit()

        let reader = try JournalReader(path: directory.journal)
        let report = try #require(try await reader.session(opened.id.description))
        #expect(report.connection == ConnectionRecord(opened: opened, closed: closed))
        #expect(report.transcript == lines)
        #expect(report.transactions == [transaction])
        #expect(report.decisions == [decision])
        #expect(try await reader.decision(decision.id) == decision)
        #expect(try await reader.session(decision.id.description) == report)
        #expect(try await reader.session(String(opened.id.description.lowercased().prefix(25))) == report)
        #expect(try await reader.session(RecordID().description) == nil)
    }

    @Test func `a decision without a leg, a policy or evidence comes back so`() async throws {
        var decision = DecisionRecord.sample()
        decision.tls = nil
        decision.sts = nil
        decision.evidenceDigest = nil
        decision.legDigest = nil
        decision.source = nil
        decision.resultType = .startTLSNotSupported
        journal.record(.decision(decision))
        try await journal.commit()
        #expect(try await JournalReader(path: directory.journal).decision(decision.id) == decision)
    }

    @Test func `an open connection has no end yet`() async throws {
        let opened = ConnectionOpened.sample()
        journal.record(.opened(opened))
        try await journal.commit()
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.connections() == [ConnectionRecord(opened: opened, closed: nil)])
        #expect(try await reader.connections(client: ip("192.0.2.8")).isEmpty)
        #expect(try await reader.connections(since: morning + 1).isEmpty)
        #expect(try await reader.connections(until: morning).isEmpty)
    }

    @Test func `evidence and certificates are kept once`() async throws {
        let evidence = EvidenceRecord(digest: [1, 2, 3], kind: "dns", body: Array("{}".utf8), certificates: ["aa"])
        let certificate = CertificateRecord(sha256: "aa", der: [48, 0], subject: "CN=mx1.example.com", notAfter: morning)
        for _ in 0..<3 {
            journal.record(.evidence(evidence))
            journal.record(.certificate(certificate))
            try await journal.commit()
        }
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.evidence([1, 2, 3]) == evidence)
        #expect(try await reader.evidence([1, 2]) == nil)
        #expect(try await reader.certificate(sha256: "aa") == certificate)
        #expect(try await reader.certificate(sha256: "bb") == nil)
    }

    @Test func `outcomes that agree in all but their count are added up`() async throws {
        let success = OutcomeRecord(
            day: "2026-11-23", policyDomain: "example.com", policyType: .sts, policyString: ["version: STSv1", "mode: enforce"],
            policyMX: ["*.example.com"])
        var failure = success
        failure.resultType = .certificateExpired
        failure.count = 2
        failure.mxHost = "mx1.example.com"
        failure.sendingAddress = ip("198.51.100.1")
        failure.receivingAddress = ip("203.0.113.5")
        failure.reason = "expired"
        var other = success
        other.policyDomain = "example.net"
        other.day = "2026-11-24"
        for outcome in [success, failure, success, other, failure] { journal.record(.outcome(outcome)) }
        try await journal.commit()

        let reader = try JournalReader(path: directory.journal)
        var (twice, fourTimes) = (success, failure)
        twice.count = 2
        fourTimes.count = 4
        #expect(try await reader.outcomes(since: "2026-11-23", until: "2026-11-24") == [twice, fourTimes, other])
        #expect(try await reader.outcomes(since: "2026-11-23", until: "2026-11-23", domain: "example.com") == [twice, fourTimes])
        #expect(try await reader.outcomes(since: "2026-11-24", until: "2026-11-24", domain: "example.com").isEmpty)
    }

    @Test func `a string that is too long is cut, not refused`() async throws {
        var decision = DecisionRecord.sample()
        decision.recipient = String(repeating: "é", count: 100_000)
        journal.record(.decision(decision))
        try await journal.commit()
        let stored = try #require(try await JournalReader(path: directory.journal).decision(decision.id))
        #expect(stored.recipient.utf8.count == 1024)
    }

    @Test func `the same record twice does not hold up the others`() async throws {
        let opened = ConnectionOpened.sample()
        let decision = DecisionRecord.sample(opened.id)
        for _ in 0..<2 {
            journal.record(.opened(opened))
            journal.record(.decision(decision))
            journal.record(.transaction(.sample(opened.id)))
        }
        try await journal.commit()
        let report = try #require(try await JournalReader(path: directory.journal).session(opened.id.description))
        #expect(report.decisions.count == 1)
        #expect(report.transactions.count == 1)
    }
}
