import Basics
import FoundationEssentials
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct `A journal of an earlier version` {
    @Test func `keeps its decisions, with null for what was not recorded then`() async throws {
        let directory = try TemporaryDirectory()
        var decision = DecisionRecord.sample()
        decision.timing.stsMilliseconds = nil
        decision.transaction = nil
        do {
            let queue = try DatabaseQueue(path: directory.journal)
            try Schema.migrator.migrate(queue, upTo: "v2")
            try await queue.write { [decision] db in
                try db.execute(sql: "PRAGMA application_id = \(Store.applicationID)")
                try db.execute(
                    sql: """
                        INSERT INTO decisions (id, at, connection, client, destination, sender, recipient, domain, policy, mode, action,
                            reason, dns_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'sts', 'enforce', 'accept', 'sts-verified', 12.5)
                        """,
                    arguments: [
                        decision.id.description, decision.at.microsecondsSince1970, decision.connection.description,
                        decision.client.description,
                        decision.destination.description, decision.sender, decision.recipient, decision.domain.description,
                    ])
            }
            try queue.close()
        }
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        journal.record(.decision(.sample(domain: "new.example")))
        try await journal.commit()
        let read = try await JournalReader(path: directory.journal).decisions()
        #expect(read.map(\.domain) == [decision.domain, "new.example"])
        #expect(read.map(\.enforcement) == [.enforce, .enforce])
        #expect(read.map(\.timing.dnsMilliseconds) == [12.5, 12.5])
        #expect(read.map(\.timing.stsMilliseconds) == [nil, 40])
        let shown = try await DatabaseQueue(path: directory.journal).read { db in
            try String.fetchAll(db, sql: "SELECT enforcement || ' ' || ifnull(sts_ms, 'null') FROM decisions_view ORDER BY time, domain")
        }
        #expect(shown == ["enforce null", "enforce 40.0"])
        await journal.close()
    }
}
