import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct `Overrides` {
    let directory: TemporaryDirectory
    let row = OverrideRow(domain: "example.com", until: morning + 3600, reason: "MX moved", who: "root", created: morning)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func journal() throws -> Journal {
        try Journal(.init(path: directory.journal), logger: .quiet)
    }

    @Test func `one is in force from its making to its end`() async throws {
        let journal = try journal()
        try await journal.addOverride(row)
        #expect(try await journal.override(domain: "example.com", at: morning) == row)
        #expect(try await journal.override(domain: "example.net", at: morning) == nil)
        #expect(try await journal.overrides(at: row.until - 0.001) == [row])
        #expect(try await journal.overrides(at: row.until).isEmpty)
        #expect(try await JournalReader(path: directory.journal).overrides(now: morning) == [row])
        #expect(row.isInForce(at: row.until - 0.001) && !row.isInForce(at: row.until))
        await journal.close()
    }

    @Test func `what is removed or replaced stays in the trail, with who did it`() async throws {
        let journal = try journal()
        var second = row
        second.created = morning + 60
        second.until = morning + 7200
        second.who = "alice"
        try await journal.addOverride(row)
        try await journal.addOverride(second)
        #expect(try await journal.overrides(at: morning + 60) == [second])
        #expect(try await journal.removeOverride(domain: "example.com", by: "bob", at: morning + 120))
        #expect(try await journal.removeOverride(domain: "example.com", by: "eve", at: morning + 180) == false)
        #expect(try await journal.overrides(at: morning + 120).isEmpty)
        var (replaced, removed) = (row, second)
        (replaced.removed, replaced.removedBy) = (morning + 60, "alice")
        (removed.removed, removed.removedBy) = (morning + 120, "bob")
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.overrideTrail() == [replaced, removed])
        #expect(try await reader.overrideTrail(domain: "example.net").isEmpty)
        await journal.close()
    }

    @Test func `one that has ended by itself is not said to be removed by whoever makes the next`() async throws {
        let journal = try journal()
        try await journal.addOverride(row)
        let next = OverrideRow(domain: "example.com", until: row.until + 3600, reason: "again", who: "eve", created: row.until)
        try await journal.addOverride(next)
        #expect(try await JournalReader(path: directory.journal).overrideTrail() == [row, next])
        await journal.close()
    }

    @Test(arguments: OverrideKind.allCases) func `each kind is kept, and shown`(kind: OverrideKind) async throws {
        let journal = try journal()
        var row = row
        row.kind = kind
        try await journal.addOverride(row)
        #expect(try await journal.overrides(at: morning) == [row])
        #expect(try await shown() == ["example.com \(kind.rawValue)"])
        await journal.close()
    }

    /// What the view has.
    private func shown() async throws -> [String] {
        try await DatabaseQueue(path: directory.journal).read { db in
            try String.fetchAll(db, sql: "SELECT domain || ' ' || kind FROM overrides_view")
        }
    }

    @Test func `those of a journal of version 3 let anything pass`() async throws {
        do {
            let queue = try DatabaseQueue(path: directory.journal)
            try Schema.migrator.migrate(queue, upTo: "v3")
            try await queue.write { db in
                try db.execute(sql: "PRAGMA application_id = \(Store.applicationID)")
                try db.execute(
                    sql: "INSERT INTO overrides (domain, until, reason, who, created) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        row.domain.text, row.until.microsecondsSince1970, row.reason, row.who, row.created.microsecondsSince1970,
                    ])
            }
            try queue.close()
        }
        let journal = try journal()
        #expect(row.kind == .any)
        #expect(try await journal.overrides(at: morning) == [row])
        #expect(try await JournalReader(path: directory.journal).overrideTrail() == [row])
        #expect(try await shown() == ["example.com any"])
        await journal.close()
    }

    @Test func `those of a journal of version 1 are kept`() async throws {
        do {
            let queue = try DatabaseQueue(path: directory.journal)
            try Schema.migrator.migrate(queue, upTo: "v1")
            try await queue.write { db in
                try db.execute(sql: "PRAGMA application_id = \(Store.applicationID)")
                try db.execute(
                    sql: "INSERT INTO overrides VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        row.domain.text, row.until.microsecondsSince1970, row.reason, row.who, row.created.microsecondsSince1970,
                    ])
            }
            try queue.close()
        }
        let journal = try journal()
        #expect(try await journal.overrides(at: morning) == [row])
        await journal.close()
    }
}
