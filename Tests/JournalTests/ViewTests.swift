import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct ViewTests {
    @Test func `the documented views show what was recorded`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let opened = ConnectionOpened.sample(at: morning + 0.25)
        journal.record(.opened(opened))
        journal.record(.transcript(opened.id, .session))
        journal.record(.decision(.sample(opened.id, at: morning + 0.25)))
        journal.record(.transaction(.sample(opened.id)))
        journal.record(.outcome(.init(day: "2026-11-23", policyDomain: "example.com", policyType: .sts)))
        try await journal.savePolicy(
            PolicyRow(
                domain: "example.com", policyID: "1", mode: .enforce, text: "", mx: ["mx"], maxAge: 60, fetchedAt: morning,
                expires: morning + 60, lastChecked: morning))
        await journal.close()

        try await DatabaseQueue(path: directory.journal).read { db in
            func text(_ sql: String) throws -> String? { try String.fetchOne(db, sql: sql) }
            #expect(try text("SELECT opened FROM connections_view") == "2025-11-23T08:00:00.250Z")
            #expect(try text("SELECT closed FROM connections_view") == nil)
            #expect(try text("SELECT time || evidence FROM decisions_view")?.hasPrefix("2025-11-23T08:00:00.250Z0101") == true)
            #expect(try text("SELECT started FROM transactions_view") == "2025-11-23T08:00:00.000Z")
            #expect(try text("SELECT expires FROM policies_view") == "2025-11-23T08:01:00.000Z")
            #expect(try text("SELECT result_type FROM outcomes") == nil)
            let lines = try Row.fetchAll(
                db,
                sql: "SELECT offset_us, direction, data FROM communications WHERE connection = ? ORDER BY sequence, line",
                arguments: [opened.id.description])
            #expect(lines.map { $0["data"] } == [TranscriptLine].session.map(\.text))
            #expect(lines.map { $0["direction"] } == [TranscriptLine].session.map(\.direction.rawValue))
            #expect(lines.map { $0["offset_us"] } == [TranscriptLine].session.map(\.offset))
            // Reading one session touches no other.
            let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN SELECT data FROM communications WHERE connection = 'x'")
            #expect(plan.contains { ($0["detail"] as String? ?? "").contains("transcripts_connection") })
        }
    }
}
