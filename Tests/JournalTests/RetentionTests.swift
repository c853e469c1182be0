import Basics
import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct RetentionTests {
    let directory: TemporaryDirectory
    let now = Date()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func record(_ journal: Journal, at time: Date, evidence: [UInt8]) async throws -> ConnectionOpened {
        let opened = ConnectionOpened.sample(at: time)
        var decision = DecisionRecord.sample(opened.id, at: time)
        decision.evidenceDigest = evidence
        decision.legDigest = nil
        decision.tls?.certificateSHA256 = "leaf"
        journal.record(.opened(opened))
        journal.record(.transcript(opened.id, .session))
        journal.record(.evidence(.init(digest: evidence, kind: "dns", body: evidence, certificates: ["issuer"])))
        journal.record(.certificate(.init(sha256: "leaf", der: [1], subject: "CN=leaf")))
        journal.record(.certificate(.init(sha256: "issuer", der: [2], subject: "CN=issuer")))
        journal.record(.decision(decision))
        journal.record(.transaction(.sample(opened.id, at: time)))
        journal.record(.closed(.sample(opened.id, at: time + 2)))
        return opened
    }

    @Test func `what is older than the retention goes, all of it, and nothing else`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: .seconds(86_400)), logger: .quiet)
        let old = try await record(journal, at: now - 90_000, evidence: [1])
        let new = try await record(journal, at: now - 80_000, evidence: [2])
        for day in [now - 30 * 86_400, now] {
            journal.record(.outcome(.init(day: RFC3339.day(day), policyDomain: "example.com", policyType: .sts, policyString: ["\(day)"])))
        }
        try await journal.commit()
        try await journal.applyRetention(now: now)
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.session(old.id.description) == nil)
        let kept = try #require(try await reader.session(new.id.description))
        #expect(kept.transcript == .session)
        #expect(kept.transactions.count == 1)
        #expect(kept.decisions.count == 1)
        #expect(try await reader.decisions().count == 1)
        #expect(try await reader.outcomes(since: "2000-01-01", until: "2999-01-01").count == 1)
        for (table, count) in [("transcripts", 1), ("transactions", 1), ("connections", 1), ("outcome_policies", 1)] {
            #expect(try journal.store.maintain { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == count)
        }
        await journal.close()
    }

    @Test func `evidence and certificates stay as long as a decision names them`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: .seconds(10 * 86_400)), logger: .quiet)
        _ = try await record(journal, at: now - 20 * 86_400, evidence: [1])
        _ = try await record(journal, at: now - 86_400, evidence: [2])
        try await journal.commit()
        // As if all of it had been recorded when the first was, and only [2] been used since.
        let then = (now - 20 * 86_400).microsecondsSince1970
        try journal.store.maintain { db in
            try db.execute(sql: "UPDATE evidence SET last_used = ?; UPDATE certificates SET last_used = ?", arguments: [then, then])
        }
        journal.store.forgetKnownEvidence()
        var again = DecisionRecord.sample(at: now)
        again.evidenceDigest = [2]
        again.legDigest = nil
        again.tls = nil
        journal.record(.decision(again))
        try await journal.commit()
        try await journal.applyRetention(now: now)

        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.evidence([1]) == nil)
        #expect(try await reader.evidence([2]) != nil)
        #expect(try await reader.certificate(sha256: "issuer") != nil)
        #expect(try await reader.certificate(sha256: "leaf") == nil)

        // What was deleted is stored again when it comes again.
        _ = try await record(journal, at: now, evidence: [1])
        try await journal.commit()
        #expect(try await reader.evidence([1]) != nil)
        #expect(try await reader.certificate(sha256: "leaf") != nil)
        await journal.close()
    }

    @Test func `past the maximum size the oldest go first and the file shrinks`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: nil, maximumSize: 2 << 20), logger: .quiet)
        let filler = [TranscriptLine](
            repeating: TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 4000)), count: 10)
        var ids: [RecordID] = []
        for number in 0..<300 {
            let opened = ConnectionOpened.sample(at: now + Double(number))
            ids.append(opened.id)
            journal.record(.opened(opened))
            journal.record(.transcript(opened.id, filler))
            journal.record(.decision(.sample(opened.id, at: now + Double(number))))
        }
        try await journal.commit()
        try await journal.applyRetention(now: now)
        let kept = try await JournalReader(path: directory.journal).connections(limit: 1000).map(\.opened.id)
        #expect(!kept.isEmpty && kept.count < 60)
        #expect(kept == Array(ids.suffix(kept.count)))
        let (used, count, size) = try journal.store.maintain { db in
            let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return (count - free, count, try FileManager.default.attributesOfItem(atPath: directory.journal)[.size] as? Int)
        }
        #expect(used * 4096 <= 2 << 20)
        #expect(count * 4096 < 6 << 20)
        #expect(size == count * 4096)
        await journal.close()
    }

    @Test func `retention runs by itself, between the batches`() async throws {
        let journal = try Journal(
            .init(path: directory.journal, retention: .seconds(3600), retentionInterval: .milliseconds(20)), logger: .quiet)
        for number in 0..<500 { journal.record(.opened(.sample(at: now - 7200 - Double(number)))) }
        let new = ConnectionOpened.sample(at: now)
        journal.record(.opened(new))
        try await journal.commit()
        let reader = try JournalReader(path: directory.journal)
        try await eventually("the new session alone", within: .seconds(30)) { try await reader.connections().map(\.opened.id) == [new.id] }
        await journal.close()
    }

    @Test func `of a domain's policies the last stays in the history`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: .seconds(3600)), logger: .quiet)
        for number in 1...3 {
            try await journal.savePolicy(
                PolicyRow(
                    domain: "example.com", policyID: "\(number)", mode: .enforce, text: "", mx: [], maxAge: 1, fetchedAt: morning,
                    expires: number == 3 ? now + 10 : morning, lastChecked: morning))
        }
        try await journal.addOverride(.init(domain: "example.com", until: morning, reason: "", who: "", created: morning))
        try await journal.applyRetention(now: now)
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.policyHistory("example.com").map(\.policyID) == ["3"])
        #expect(try await reader.policies(now: now).count == 1)
        #expect(try await reader.overrideTrail().isEmpty)
        await journal.close()
    }
}
