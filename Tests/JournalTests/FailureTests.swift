import Basics
import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct FailureTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `a full disk is an alarm, keeps what waits, and heals without a restart`() async throws {
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let before = DecisionRecord.sample()
        journal.record(.decision(before))
        try await journal.commit()

        try journal.store.limitPages(to: 1)
        let id = RecordID()
        for _ in 0..<200 { journal.record(.transcript(id, .session)) }
        await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .full }
        guard case .failing(let reason, _) = journal.health else {
            Issue.record("health is \(journal.health)")
            return
        }
        #expect(reason.contains("full"))
        #expect(reason.contains(directory.journal))
        // Asking again at once does not hammer the disk, and is answered.
        await #expect(throws: JournalError.self) { try await journal.commit() }
        #expect(!journal.isCongested)

        try journal.store.limitPages(to: 1_000_000)
        let after = DecisionRecord.sample(id)
        journal.record(.decision(after))
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        #expect(journal.lostEvents == 0)
        let reader = try JournalReader(path: directory.journal)
        #expect(try await reader.decisions() == [before, after])
        #expect(try await reader.session(after.id.description)?.transcript.count == 200 * [TranscriptLine].session.count)
        await journal.close()
    }

    @Test func `while nothing can be written, events are kept up to the limit and then counted as lost`() async throws {
        let journal = try Journal(.init(path: directory.journal, queueLimit: 100), logger: .quiet)
        try journal.store.limitPages(to: 1)
        let id = RecordID()
        let big = [TranscriptLine](
            repeating: TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 4000)), count: 30)
        for _ in 0..<40 { journal.record(.transcript(id, big)) }
        await #expect(throws: JournalError.self) { try await journal.commit() }
        for _ in 0..<100 { journal.record(.transcript(id, big)) }
        #expect(journal.lostEvents == 65)
        await journal.waitForSpace()
        await journal.close()
        #expect(journal.lostEvents == 140)
        journal.record(.opened(.sample()))
        #expect(journal.lostEvents == 141)
        #expect(!journal.take([.decision(.sample())]))
        await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .closed }
    }

    @Test func `a journal that was moved away is begun anew`() async throws {
        let journal = try Journal(
            .init(path: directory.journal, retention: nil, batchInterval: .milliseconds(5)),
            logger: .quiet)
        journal.record(.decision(.sample()))
        try await journal.commit()
        // The file last: from then on a new one may be begun, which needs those names.
        for suffix in ["-wal", "-shm", ""] {
            try FileManager.default.moveItem(atPath: directory.journal + suffix, toPath: directory.path + "/old" + suffix)
        }
        try await eventually("a new file", within: .seconds(30)) {
            journal.record(.decision(.sample()))
            return FileManager.default.fileExists(atPath: directory.journal)
        }
        let decision = DecisionRecord.sample()
        journal.record(.decision(decision))
        try await journal.commit()
        #expect(journal.health == .healthy)
        #expect(try await JournalReader(path: directory.journal).decision(decision.id) == decision)
        #expect(try await JournalReader(path: directory.path + "/old").decisions().count >= 1)
        await journal.close()
    }

    @Test func `a damaged database is an alarm, and replacing it heals`() async throws {
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        journal.record(.decision(.sample()))
        try await journal.commit()
        try journal.store.maintain { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let size = try #require(try FileManager.default.attributesOfItem(atPath: directory.journal)[.size] as? Int)
        let file = try #require(FileHandle(forUpdatingAtPath: directory.journal))
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(repeating: 0x55, count: size))
        journal.store.detach(JournalError(.failed, ""))
        let kept = DecisionRecord.sample()
        journal.record(.decision(kept))
        await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .notADatabase }
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: directory.journal + suffix) }
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        #expect(try await JournalReader(path: directory.journal).decisions() == [kept])
        await journal.close()
    }

    @Test func `too much at once makes sessions wait, and nobody waits for ever`() async throws {
        let journal = try Journal(.init(path: directory.journal, queueLimit: 64, batchInterval: .seconds(3600)), logger: .quiet)
        for _ in 0..<31 { journal.record(.opened(.sample())) }
        #expect(!journal.isCongested)
        journal.record(.opened(.sample()))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await journal.waitForSpace() } }
        }
        try await eventually("there is space", within: .seconds(30)) { !journal.isCongested }
        #expect(journal.lostEvents == 0)
        await journal.close()
    }

    @Test func `a commit that follows a loss fails once`() async throws {
        let journal = try Journal(.init(path: directory.journal, queueOctets: 10_000, batchInterval: .seconds(3600)), logger: .quiet)
        let tooMuch = [TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 20_000))]
        journal.record(.transcript(RecordID(), tooMuch))
        #expect(journal.lostEvents == 1)
        await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .full }
        try await journal.commit()
        await journal.close()
    }
}

extension Store {
    /// Lets the file have only so many pages, as a full disk would; SQLite raises the number to what it has.
    func limitPages(to count: Int) throws {
        try maintain { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(count)") }
    }
}
