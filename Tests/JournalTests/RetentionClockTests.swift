import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// A machine's clock that leaps must not cost the journal.
@Suite struct RetentionClockTests {
    private static let day = 86_400

    let directory: TemporaryDirectory
    let clock = ManualClock()
    let log = LogRecorder()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func journal() throws -> Journal {
        let clock = clock
        return try Journal(
            .init(path: directory.journal, retention: .seconds(30 * Self.day), retentionInterval: .seconds(3600)), logger: log.logger,
            clock: clock, wall: { clock.wall })
    }

    /// A session and a decision of that many days ago.
    private func record(_ journal: Journal, daysAgo: Double) async throws {
        let opened = ConnectionOpened.sample(at: clock.wall - daysAgo * Double(Self.day))
        journal.record(.opened(opened))
        journal.record(.decision(.sample(opened.id, at: opened.at)))
        try await journal.commit()
    }

    private func kept() async throws -> Int { try await JournalReader(path: directory.journal).connections(limit: 1000).count }

    @Test func `a leap of the clock deletes nothing, and is an error in the log once a day`() async throws {
        let journal = try journal()
        for days in 0..<10 { try await record(journal, daysAgo: Double(days)) }
        clock.step(40 * Self.day)
        for _ in 0..<3 { try await journal.applyRetention() }
        #expect(try await kept() == 10)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("error: journal: the machine's clock has leapt \(40 * Self.day) s ahead") == true)
        try await record(journal, daysAgo: 0)
        clock.advance(Self.day)
        try await journal.applyRetention()
        #expect(log.lines.count == 2)
        #expect(try await kept() == 11)

        // Set right, and what is old by a clock that has run goes.
        clock.step(-40 * Self.day)
        clock.advance(22 * Self.day)
        try await journal.applyRetention()
        #expect(log.lines.last == "notice: journal: records are deleted for their age again")
        // The one that was recorded meanwhile is of the future; of the others the last 7 are left.
        #expect(try await kept() == 1 + 7)
        await journal.close()
    }

    @Test func `time that passes, and a clock that is set as often as one is, are no leap`() async throws {
        let journal = try journal()
        try await record(journal, daysAgo: 0)
        for _ in 0..<31 {
            clock.advance(Self.day)
            clock.step(600)
            try await journal.applyRetention()
        }
        #expect(try await kept() == 0)
        #expect(log.lines.isEmpty)
        await journal.close()
    }

    @Test func `after a leap back, a leap forward is one from there`() async throws {
        let journal = try journal()
        clock.step(-40 * Self.day)
        try await journal.applyRetention()
        try await record(journal, daysAgo: 0)
        clock.step(40 * Self.day)
        try await journal.applyRetention()
        #expect(try await kept() == 1)
        #expect(log.lines.count == 1)
        await journal.close()
    }

    @Test func `a start with a clock that is ahead deletes nothing for a day, however often it is repeated`() async throws {
        let first = try journal()
        for days in 0..<10 { try await record(first, daysAgo: Double(days)) }
        await first.close()
        clock.step(40 * Self.day)
        for count in 1...3 {
            let journal = try journal()
            try await record(journal, daysAgo: 0)
            clock.advance(Self.day / 4)
            try await journal.applyRetention()
            #expect(try await kept() == 10 + count)
            #expect(log.lines.count == count)
            #expect(
                log.lines.last?.hasPrefix("warning: journal: nothing was recorded for more than a day after 2027-01-15T08:00:00") == true)
            await journal.close()
        }
        // Nobody has set it back in a day: the machine was off.
        let last = try journal()
        clock.advance(Self.day)
        try await last.applyRetention()
        #expect(try await kept() == 3)
        await last.close()
    }

    @Test func `a start in the usual course of things deletes what is old at once`() async throws {
        let first = try journal()
        for days in 0..<40 { try await record(first, daysAgo: Double(days)) }
        await first.close()
        clock.advance(3600)
        let journal = try journal()
        try await journal.applyRetention()
        #expect(try await kept() == 30)
        #expect(log.lines.isEmpty)
        await journal.close()
    }
}
