import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// Somebody deletes, moves or replaces the file of a running daemon.
@Suite struct ReplacementTests {
    let directory: TemporaryDirectory
    let log = LogRecorder()
    let before = DecisionRecord.sample()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private static let evidence = Event.evidence(.init(digest: [1], kind: "dns", body: [1]))

    private func journal() async throws -> Journal {
        let journal = try Journal(.init(path: directory.journal), logger: log.logger)
        #expect(journal.take([Self.evidence, .decision(before)]))
        try await journal.commit()
        return journal
    }

    private var alarms: [String] { log.lines.filter { $0.contains("was deleted, moved or replaced while Weft had it open") } }

    private func decisions(_ path: String) async throws -> [DecisionRecord] {
        try await JournalReader(path: path).decisions()
    }

    private func check(_ path: String) throws {
        let database = try DatabaseQueue(path: path)
        #expect(try database.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
    }

    @Test(arguments: [[""], ["", "-wal"], ["-wal"], ["", "-shm", "-wal"]])
    func `a file that was deleted is noticed with the next write, which goes to a new one`(names: [String]) async throws {
        let journal = try await journal()
        for name in names { try FileManager.default.removeItem(atPath: directory.journal + name) }
        let decision = DecisionRecord.sample()
        #expect(journal.take([Self.evidence, .decision(decision)]))
        try await eventually("it is said", within: .seconds(5)) { alarms.count == 1 }
        #expect(alarms.first?.hasPrefix("error: journal: ") == true && alarms.first?.contains("'.backup'") == true)
        try await journal.commit()
        #expect(journal.health == .healthy)
        #expect(try await decisions(directory.journal) == (names == ["-wal"] ? [before, decision] : [decision]))
        #expect(try await JournalReader(path: directory.journal).evidence([1]) != nil, "what the old file had is stored again")
        await journal.close()
        #expect(alarms.count == 1)
        try check(directory.journal)
    }

    @Test func `a file that was moved alone has all that was written before`() async throws {
        let journal = try await journal()
        try FileManager.default.moveItem(atPath: directory.journal, toPath: directory.path + "/old.db")
        let decision = DecisionRecord.sample()
        #expect(journal.take([.decision(decision)]))
        try await journal.commit()
        #expect(try await decisions(directory.journal) == [decision])
        #expect(try await decisions(directory.path + "/old.db") == [before])
        await journal.close()
        try check(directory.journal)
        try check(directory.path + "/old.db")
    }

    @Test func `a file that was put in its place is written to, and not damaged by what was left beside it`() async throws {
        let other = try Journal(.init(path: directory.path + "/other.db"), logger: .quiet)
        let restored = DecisionRecord.sample()
        for number in 0..<500 { other.record(.opened(.sample(at: morning + Double(number)))) }
        #expect(other.take([.decision(restored)]))
        await other.close()
        let journal = try await journal()
        #expect(rename(directory.path + "/other.db", directory.journal) == 0)
        let decision = DecisionRecord.sample()
        #expect(journal.take([.decision(decision)]))
        try await journal.commit()
        #expect(alarms.count == 1)
        #expect(journal.health == .healthy)
        #expect(try await Set(decisions(directory.journal).map(\.id)) == [restored.id, decision.id])
        await journal.close()
        try check(directory.journal)
    }

    @Test func `a journal that was closed is whole without its log`() async throws {
        await (try await journal()).close()
        try FileManager.default.moveItem(atPath: directory.journal, toPath: directory.path + "/old.db")
        #expect(try await decisions(directory.path + "/old.db") == [before])
    }

    @Test func `an override goes to the new file, too`() async throws {
        let journal = try await journal()
        try FileManager.default.removeItem(atPath: directory.journal)
        try await journal.addOverride(.init(domain: "a.example", until: morning, reason: "", who: "", created: morning))
        #expect(alarms.count == 1)
        #expect(try await JournalReader(path: directory.journal).overrideTrail().count == 1)
        await journal.close()
    }

    @Test func `until there is a file again, the journal is failing`() async throws {
        let journal = try await journal()
        try FileManager.default.removeItem(atPath: directory.journal)
        try FileManager.default.createDirectory(atPath: directory.journal, withIntermediateDirectories: false)
        await #expect(throws: JournalError.self) {
            try await journal.addOverride(.init(domain: "a.example", until: morning, reason: "", who: "", created: morning))
        }
        #expect(alarms.count == 1)
        #expect(journal.health != .healthy)
        let decision = DecisionRecord.sample()
        #expect(journal.take([.decision(decision)]))
        await #expect(throws: JournalError.self) { try await journal.commit() }
        #expect(journal.health != .healthy)
        try FileManager.default.removeItem(atPath: directory.journal)
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        #expect(try await decisions(directory.journal) == [decision])
        await journal.close()
    }
}
