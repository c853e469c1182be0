import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a new journal is made, readable by its owner and group only`() throws {
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let mode = try FileManager.default.attributesOfItem(atPath: directory.journal)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o137 } == 0)
        #expect(journal.health == .healthy)
    }

    @Test func `an existing journal is opened with what it holds`() async throws {
        let decision = DecisionRecord.sample()
        let first = try Journal(.init(path: directory.journal), logger: .quiet)
        first.record(.decision(decision))
        await first.close()
        let second = try Journal(.init(path: directory.journal), logger: .quiet)
        #expect(try await JournalReader(path: directory.journal).decisions() == [decision])
        await second.close()
    }

    @Test func `a directory that does not exist is named`() {
        let path = directory.path + "/missing/journal.db"
        expectError(.unwritable, naming: directory.path + "/missing does not exist") {
            _ = try Journal(.init(path: path), logger: .quiet)
        }
        expectError(.missing, naming: path) { _ = try JournalReader(path: path) }
    }

    @Test func `a directory in place of the file is refused`() {
        expectError(.unwritable, naming: "it is a directory") { _ = try Journal(.init(path: directory.path), logger: .quiet) }
    }

    @Test func `a file that is no database is refused and left as it is`() throws {
        let text = String(repeating: "This is the diary of an operator.\n", count: 100)
        try text.write(toFile: directory.journal, atomically: true, encoding: .utf8)
        expectError(.notADatabase, naming: directory.journal) { _ = try Journal(.init(path: directory.journal), logger: .quiet) }
        expectError(.notADatabase, naming: directory.journal) { _ = try JournalReader(path: directory.journal) }
        #expect(try String(contentsOfFile: directory.journal, encoding: .utf8) == text)
    }

    @Test func `another program's database is refused and left as it is`() throws {
        try DatabaseQueue(path: directory.journal).write { try $0.execute(sql: "CREATE TABLE decisions (id)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: directory.journal))
        expectError(.foreign, naming: directory.journal) { _ = try Journal(.init(path: directory.journal), logger: .quiet) }
        expectError(.foreign, naming: directory.journal) { _ = try JournalReader(path: directory.journal) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.journal)) == before)
    }

    @Test func `a journal of a newer version is refused`() async throws {
        await (try Journal(.init(path: directory.journal), logger: .quiet)).close()
        try await DatabaseQueue(path: directory.journal).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v1000')") }
        expectError(.newerSchema, naming: directory.journal) { _ = try Journal(.init(path: directory.journal), logger: .quiet) }
        expectError(.newerSchema, naming: directory.journal) { _ = try JournalReader(path: directory.journal) }
    }

    @Test func `a journal of an older version is not read before it is brought up to date`() throws {
        try DatabaseQueue(path: directory.journal).write { db in
            try db.execute(sql: "PRAGMA application_id = \(Store.applicationID); CREATE TABLE x (y)")
        }
        expectError(.olderSchema, naming: directory.journal) { _ = try JournalReader(path: directory.journal) }
        _ = try Journal(.init(path: directory.journal), logger: .quiet)
        _ = try JournalReader(path: directory.journal)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `a user who may not write is told so, one who may only read can`() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let journal = try Journal(.init(path: directory.journal), logger: .quiet)
            journal.record(.decision(.sample()))
            await journal.close()
            try #require(chmod(directory.path, 0o755) == 0 && chmod(directory.journal, 0o644) == 0)
            try #require(seteuid(65_534) == 0)
            // No -wal and no -shm file, and none can be made.
            let reader = try JournalReader(path: directory.journal)
            #expect(try await reader.decisions().count == 1)
            #expect { _ = try Journal(.init(path: directory.journal), logger: .quiet) } throws: { error in
                (error as? JournalError)?.kind == .unwritable && "\(error)".contains("user 65534 may not write")
            }
            // Another file, for SQLite keeps a descriptor of this one.
            try #require(seteuid(0) == 0)
            await (try Journal(.init(path: directory.path + "/private.db"), logger: .quiet)).close()
            try #require(chmod(directory.path + "/private.db", 0o600) == 0 && seteuid(65_534) == 0)
            #expect { _ = try JournalReader(path: directory.path + "/private.db") } throws: { error in
                (error as? JournalError)?.kind == .unreadable && "\(error)".contains("user 65534 may not read it")
            }
            try #require(seteuid(0) == 0)
        }
    }

    private func expectError(_ kind: JournalError.Kind, naming text: String, _ body: () throws -> Void) {
        #expect(throws: JournalError.self) {
            do {
                try body()
            } catch let error as JournalError {
                #expect(error.kind == kind, "\(error)")
                #expect(error.description.contains(text), "\(error)")
                throw error
            }
        }
    }
}
