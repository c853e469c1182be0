import Foundation
import GRDB
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// A write that neither ends nor fails, because another program holds the file locked: a disk that hangs looks the same from above.
@Suite struct StallTests {
    let directory: TemporaryDirectory
    let log = LogRecorder()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func journal(
        stallLimit: Duration = .milliseconds(300), commitLimit: Duration = .seconds(30), queueLimit: Int = 65_536
    ) throws -> Journal {
        try Journal(
            .init(
                path: directory.journal, queueLimit: queueLimit, batchInterval: .milliseconds(5), stallLimit: stallLimit,
                commitLimit: commitLimit),
            logger: log.logger)
    }

    /// Runs `body` while another connection has the journal locked.
    private func whileLocked(_ body: () async throws -> Void) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: directory.journal, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        do {
            try await body()
        } catch {
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            throw error
        }
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try other.close()
    }

    private func reason(_ journal: Journal) -> String? {
        if case .failing(let reason, _) = journal.health { reason } else { nil }
    }

    @Test func `while a write hangs the journal is failing, and healthy by itself afterwards`() async throws {
        let journal = try journal()
        let decision = DecisionRecord.sample()
        try await whileLocked {
            let start = Date()
            #expect(journal.take([.decision(decision)]))
            #expect(journal.health == .healthy)
            // Before SQLite gives up waiting for the lock, which is a failure like any other.
            try await eventually("it is failing", within: .seconds(3)) { journal.health != .healthy }
            #expect(Date().timeIntervalSince(start) >= 0.3)
            #expect(reason(journal)?.hasPrefix("Nothing was written to the journal \(directory.journal) for 0 s") == true)
            try await eventually("it is said", within: .seconds(3)) {
                log.lines.contains { $0.hasPrefix("error: journal: Nothing was written") }
            }
            #expect(!journal.isCongested)
            await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .stalled }
        }
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        #expect(journal.lostEvents == 0)
        #expect(try await JournalReader(path: directory.journal).decisions() == [decision])
        #expect(log.lines.contains { $0.hasPrefix("notice: journal: writing again after") })
        #expect(log.lines.count == 2)
        await journal.close()
    }

    @Test func `a commit is not waited for longer than its limit`() async throws {
        let journal = try journal(stallLimit: .seconds(60), commitLimit: .milliseconds(300))
        try await whileLocked {
            #expect(journal.take([.decision(.sample())]))
            let start = ContinuousClock.now
            await #expect { try await journal.commit() } throws: { ($0 as? JournalError)?.kind == .stalled }
            let elapsed = ContinuousClock.now - start
            #expect(elapsed >= .milliseconds(300) && elapsed < .seconds(3))
        }
        try await journal.commit()
        await journal.close()
    }

    @Test func `who waits for space is let go when nothing is written`() async throws {
        let journal = try journal(queueLimit: 64)
        try await whileLocked {
            for _ in 0..<40 { journal.record(.opened(.sample())) }
            #expect(journal.isCongested)
            let start = ContinuousClock.now
            await journal.waitForSpace()
            #expect(ContinuousClock.now - start < .seconds(3))
            #expect(journal.health != .healthy)
        }
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        await journal.close()
    }

    @Test func `a policy or an override that waits for the disk does not hide that events do`() async throws {
        let journal = try journal()
        try await whileLocked {
            async let override: Void = journal.addOverride(
                .init(domain: "a.example", until: morning, reason: "", who: "", created: morning))
            #expect(journal.take([.decision(.sample())]))
            try await eventually("it is failing", within: .seconds(3)) { journal.health != .healthy }
            _ = try? await override
        }
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        await journal.close()
    }
}
