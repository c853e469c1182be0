import Basics
import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct ConcurrencyTests {
    @Test func `two readers see whole batches while four writers record`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal, batchInterval: .milliseconds(1)), logger: .quiet)
        let readers = [try JournalReader(path: directory.journal), try JournalReader(path: directory.journal)]
        let total = 4 * 50
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        let opened = ConnectionOpened.sample()
                        journal.record(.opened(opened))
                        journal.record(.transcript(opened.id, .session))
                        journal.record(.decision(.sample(opened.id)))
                        await Task.yield()
                    }
                }
            }
            for reader in readers {
                group.addTask {
                    var seen: [RecordID] = []
                    try await eventually("all of them", within: .seconds(30)) {
                        let next = try await reader.decisions(DecisionFilter(after: seen.last ?? RecordID(high: 0, low: 0), limit: 50))
                        for decision in next {
                            let report = try await reader.session(decision.connection.description)
                            #expect(report?.transcript == .session)
                            #expect(report?.connection != nil)
                        }
                        seen += next.map(\.id)
                        return seen.count == total
                    }
                    #expect(Set(seen).count == total)
                }
            }
            try await group.waitForAll()
        }
        await journal.close()
        #expect(journal.lostEvents == 0)
    }

    @Test func `a batch is written when its interval is over`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let reader = try JournalReader(path: directory.journal)
        let decision = DecisionRecord.sample()
        journal.record(.decision(decision))
        try await eventually("the decision", within: .seconds(30)) { try await reader.decision(decision.id) == decision }
        await journal.close()
    }

    @Test func `closing writes what waits`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal, batchInterval: .seconds(3600)), logger: .quiet)
        let decision = DecisionRecord.sample()
        journal.record(.decision(decision))
        await journal.close()
        await journal.close()
        #expect(try await JournalReader(path: directory.journal).decisions() == [decision])
        await #expect { try await journal.policy(domain: "example.com") } throws: { ($0 as? JournalError)?.kind == .closed }
        await #expect { try await journal.removeOverride(domain: "example.com", by: "0", at: Date()) } throws: {
            ($0 as? JournalError)?.kind == .closed
        }
    }

    @Test func `a commit with nothing to write returns`() async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        try await journal.commit()
        await journal.close()
    }
}
