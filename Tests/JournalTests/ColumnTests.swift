import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// The tables are what the records describe.
@Suite struct ColumnTests {
    @Test func `a new journal and the oldest one brought up to date have the described columns, no more and no fewer`() throws {
        for version in ["v1", "v\(Schema.newest)"] {
            let queue = try DatabaseQueue()
            try Schema.migrator.migrate(queue, upTo: version)
            try Schema.migrator.migrate(queue)
            try queue.read { db in
                for (table, columns) in Schema.described {
                    let found = try db.columns(in: table).filter { $0.name != "sequence" }
                    #expect(Set(found.map { "\($0.name) \($0.type)" }) == Set(columns.map { "\($0.column.name) \($0.type)" }), "\(table)")
                }
            }
        }
    }

    @Test func `a column that comes with a later version is added, and shown`() throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue, upTo: "v3")
        #expect(try queue.read { try $0.columns(in: "decisions").contains { $0.name == "transaction_number" } } == false)
        try Schema.migrator.migrate(queue)
        try queue.read { db in
            let shown = try db.columns(in: "decisions_view").map(\.name)
            #expect(shown.contains("transaction_number") && shown.contains("fate"))
            #expect(shown.contains("time") && shown.contains("sts_fetched") && !shown.contains("at"))
        }
    }

    @Test func `a row that Weft did not write so is named, and nothing is made of it`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let decision = DecisionRecord.sample()
        journal.record(.decision(decision))
        try await journal.commit()
        try journal.store.maintain { try $0.execute(sql: "UPDATE decisions SET action = 'nonsense' || char(27)") }
        let reader = try JournalReader(path: directory.journal)
        await #expect {
            _ = try await reader.recipients()
        } throws: { error in
            let text = "\(error)"
            return (error as? JournalError)?.kind == .damaged && text.contains("decisions.action") && text.contains("\(decision.id)")
                && !text.contains("\u{1b}")
        }
        await journal.close()
    }
}
