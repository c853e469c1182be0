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
        // Transcripts go before anything else.
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.connections(limit: 1000).count == 300)
        #expect(try await reader.decisions(DecisionFilter(limit: 10_000)).count == 300)
        let kept = try Self.transcripts(journal)
        #expect(!kept.isEmpty && kept.count < 60)
        #expect(kept == ids.suffix(kept.count).map(\.description))
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

    /// The connections that have a transcript, in order.
    private static func transcripts(_ journal: Journal) throws -> [String] {
        try journal.store.maintain { try String.fetchAll($0, sql: "SELECT DISTINCT connection FROM transcripts ORDER BY connection") }
    }

    /// A connection of `client` with a transcript of so many lines of 4 KB, and a decision.
    private func record(_ journal: Journal, from client: IPAddress, at time: Date, lines: Int, decisions: Int = 1) -> RecordID {
        var opened = ConnectionOpened.sample(at: time)
        opened.client = client
        journal.record(.opened(opened))
        let line = TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 4000))
        journal.record(.transcript(opened.id, [TranscriptLine](repeating: line, count: lines)))
        for _ in 0..<decisions {
            var decision = DecisionRecord.sample(opened.id, at: time)
            decision.client = client
            journal.record(.decision(decision))
        }
        return opened.id
    }

    @Test func `who floods the journal pushes out his own transcripts and nobody else's`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: nil, maximumSize: 2 << 20), logger: .quiet)
        let quiet = record(journal, from: ip("192.0.2.1"), at: now - 3600, lines: 10)
        // One customer's addresses are one share.
        for number in 0..<300 { _ = record(journal, from: ip("2001:db8::\(number + 1)"), at: now + Double(number), lines: 10) }
        try await journal.commit()
        try await journal.applyRetention(now: now)
        let kept = try Self.transcripts(journal)
        #expect(kept.count < 60 && kept.contains(quiet.description))
        #expect(try await JournalReader(path: directory.journal).decisions(DecisionFilter(limit: 10_000)).count == 301)
        await journal.close()
    }

    @Test func `who floods the journal with decisions pushes out his own`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: nil, maximumSize: 1 << 20), logger: .quiet)
        let quiet = record(journal, from: ip("192.0.2.1"), at: now - 3600, lines: 1)
        for number in 0..<100 { _ = record(journal, from: ip("192.0.2.2"), at: now + Double(number), lines: 0, decisions: 40) }
        try await journal.commit()
        try await journal.applyRetention(now: now)
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.session(quiet.description)?.decisions.count == 1)
        let left = try await reader.decisions(DecisionFilter(limit: 10_000))
        #expect(left.count < 4000 && left.count > 100)
        #expect(Set(left.map(\.client)) == [ip("192.0.2.1"), ip("192.0.2.2")])
        await journal.close()
    }

    @Test func `what each client has is counted exactly, whatever is written and deleted`() async throws {
        let journal = try Journal(.init(path: directory.journal, retention: .seconds(86_400)), logger: .quiet)
        for number in 0..<20 {
            let id = record(
                journal, from: ip("192.0.2.\(number % 3)"), at: now - Double(number) * 10_000, lines: number % 4, decisions: number % 3)
            var transaction = TransactionRecord.sample(id, at: now)
            transaction.content = [UInt8](repeating: 1, count: number)
            journal.record(.transaction(transaction))
            journal.record(.transaction(transaction))
        }
        try await journal.commit()
        try await journal.applyRetention(now: now)
        let (counted, actual) = try journal.store.maintain { db in
            (
                try Row.fetchAll(db, sql: "SELECT client, bulk, entries FROM shares WHERE bulk > 0 OR entries > 0 ORDER BY client").map(
                    \.description),
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT client, sum(bulk) AS bulk, sum(entries) AS entries FROM (
                            SELECT client, 0 AS bulk, 1 AS entries FROM connections
                            UNION ALL SELECT client, 0, 1 FROM decisions
                            UNION ALL SELECT client, length(lines), 0 FROM transcripts JOIN connections ON id = connection
                            UNION ALL SELECT client, length(content), 0 FROM transactions JOIN connections ON id = connection)
                        GROUP BY client ORDER BY client
                        """
                ).map(\.description)
            )
        }
        #expect(counted == actual && counted.count == 3)
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
