import Dispatch
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// What becomes of events for which there is no room.
@Suite struct LossTests {
    private static let evidence = Event.evidence(.init(digest: [1], kind: "dns", body: [1]))

    @Test func `transcripts are dropped first, and a decision is taken with its evidence or not at all`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal, queueLimit: 40, batchInterval: .seconds(3600)), logger: .quiet)
        try journal.store.limitPages(to: 1)
        let connection = ConnectionOpened.sample()
        let big = [TranscriptLine](
            repeating: TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 4000)), count: 30)
        journal.record(.transcript(connection.id, big))
        await #expect(throws: JournalError.self) { try await journal.commit() }
        for _ in 0..<100 { journal.record(.transcript(connection.id, big)) }
        #expect(journal.lostEvents == 71)

        var taken: [DecisionRecord] = []
        for _ in 0..<20 {
            let decision = DecisionRecord.sample(connection.id)
            if journal.take([Self.evidence, .certificate(.init(sha256: "leaf", der: [1], subject: "")), .decision(decision)]) {
                taken.append(decision)
            }
        }
        // 30 of 40 places are taken by transcripts; the last is too small for a decision with its evidence.
        #expect(taken.count == 3)
        #expect(journal.lostEvents == 71 + 17 * 3)

        try journal.store.limitPages(to: 1_000_000)
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        #expect(try await JournalReader(path: directory.journal).decisions() == taken)
        await journal.close()
    }

    @Test func `while events are dropped the journal is not healthy, and the log says so without repeating itself`() async throws {
        let directory = try TemporaryDirectory()
        let log = LogRecorder()
        let journal = try Journal(.init(path: directory.journal, queueLimit: 8, batchInterval: .seconds(3600)), logger: log.logger)
        // Nothing can be written meanwhile, and nothing has failed.
        let gate = DispatchSemaphore(value: 0)
        journal.queue.async { gate.wait() }
        #expect(journal.health == .healthy)
        for _ in 0..<1006 { journal.record(.opened(.sample())) }
        #expect(journal.lostEvents == 1000)
        guard case .failing(let reason, _) = journal.health else {
            Issue.record("health is \(journal.health)")
            return
        }
        #expect(reason.contains(directory.journal))
        let lines = log.lines.filter { $0.contains("lost since the start") }
        #expect(lines.count == 10, "1, 2, 4, ... 512")
        #expect(lines.allSatisfy { $0.hasPrefix("error: journal: Events are dropped") })
        gate.signal()
        try await eventually("the journal is healthy", within: .seconds(30)) {
            try? await journal.commit()
            return journal.health == .healthy
        }
        await journal.close()
    }

    @Test func `an event that is too large for the queue is an alarm until the next batch`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(
            .init(path: directory.journal, queueOctets: 10_000, batchInterval: .milliseconds(200)), logger: .quiet)
        let tooMuch = [TranscriptLine(offset: 0, direction: .note, text: String(repeating: "x", count: 20_000))]
        journal.record(.transcript(.init(), tooMuch))
        #expect(journal.health != .healthy)
        try await eventually("the journal is healthy", within: .seconds(30)) { journal.health == .healthy }
        await journal.close()
    }

    @Test func `losses are said at once, at doublings and once a minute`() {
        var notice = LossNotice()
        let start = ContinuousClock.now
        let said = (1...100).filter { notice.isDue(lost: $0, now: start) }
        #expect(said == [1, 2, 4, 8, 16, 32, 64])
        let later = [(101, 59), (102, 60), (103, 61)].map { notice.isDue(lost: $0, now: start + .seconds($1)) }
        #expect(later == [false, true, false])
    }
}
