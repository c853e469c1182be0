import Basics
import FoundationEssentials
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// What became of a recipient is one query away from its decision.
@Suite struct FateTests {
    let directory: TemporaryDirectory
    let journal: Journal
    let decisions: [DecisionRecord]

    /// Three recipients of one transaction, the last of which Weft deferred, and one whose transaction goes on.
    init() async throws {
        directory = try TemporaryDirectory()
        journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let connection = RecordID()
        var decisions = (0..<4).map { DecisionRecord.sample(connection, at: morning + Double($0)) }
        decisions[2].action = .defer
        decisions[3].transaction = 2
        for decision in decisions { journal.record(.decision(decision)) }
        var transaction = TransactionRecord.sample(connection)
        transaction.fates = [
            FateRecord(decision: decisions[0].id, fate: .delivered, reply: "250 2.1.5 Ok"),
            FateRecord(decision: decisions[1].id, fate: .refused, reply: "550 5.1.1 unknown"),
        ]
        journal.record(.transaction(transaction))
        try await journal.commit()
        self.decisions = decisions
    }

    @Test func `each recipient has its fate and the server's own words`() async throws {
        let rows = try await JournalReader(path: directory.journal).recipients()
        #expect(rows.map(\.decision) == decisions)
        #expect(rows.map(\.fate) == [.delivered, .refused, .deferred, nil])
        #expect(rows.map(\.passed?.reply) == ["250 2.1.5 Ok", "550 5.1.1 unknown", nil, nil])
        #expect(rows.map(\.messageReply) == ["250 2.0.0 queued as 4XyZ", "250 2.0.0 queued as 4XyZ", "250 2.0.0 queued as 4XyZ", nil])
        await journal.close()
    }

    @Test(arguments: [(RecipientFate.delivered, [0]), (.refused, [1]), (.deferred, [2]), (.unknown, [])])
    func `recipients are found by their fate`(fate: RecipientFate, expected: [Int]) async throws {
        let rows = try await JournalReader(path: directory.journal).recipients(DecisionFilter(fate: fate))
        #expect(rows.map(\.decision.id) == expected.map { decisions[$0].id })
        await journal.close()
    }

    @Test func `the view for people shows the same`() async throws {
        await journal.close()
        let shown = try await DatabaseQueue(path: directory.journal).read { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT ifnull(fate, '-') || ' ' || ifnull(rcpt_reply, '-') || ' ' || ifnull(message_reply, '-') FROM decisions_view ORDER BY time"
            )
        }
        #expect(
            shown == [
                "delivered 250 2.1.5 Ok 250 2.0.0 queued as 4XyZ", "refused 550 5.1.1 unknown 250 2.0.0 queued as 4XyZ",
                "deferred - 250 2.0.0 queued as 4XyZ", "- - -",
            ])
    }

    @Test func `fates go with their decisions`() async throws {
        let settings = JournalSettings(path: directory.path + "/other.db", retention: .seconds(86_400))
        let other = try Journal(settings, logger: .quiet)
        let connection = RecordID()
        for (number, age) in [90_000.0, 10].enumerated() {
            var decision = DecisionRecord.sample(connection, at: morning - age)
            decision.transaction = number + 1
            var transaction = TransactionRecord.sample(connection, number: number + 1)
            transaction.fates = [FateRecord(decision: decision.id, fate: .delivered)]
            other.record(.decision(decision))
            other.record(.transaction(transaction))
        }
        try await other.commit()
        try await other.applyRetention(now: morning)
        #expect(try other.store.maintain { try Int.fetchOne($0, sql: "SELECT count(*) FROM fates") } == 1)
        await other.close()
        await journal.close()
    }
}
