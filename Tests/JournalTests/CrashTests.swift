import Basics
import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

@Suite struct CrashTests {
    @Test func `kill -9 takes nothing that was committed, and an event is committed within 100 ms`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let journal = try Journal(.init(path: path + "/journal.db"), logger: .quiet)
            let reader = try JournalReader(path: path + "/journal.db")
            func recordSession() -> RecordID {
                let opened = ConnectionOpened.sample()
                let decision = DecisionRecord.sample(opened.id)
                journal.record(.opened(opened))
                journal.record(.transcript(opened.id, .session))
                journal.record(.decision(decision))
                return decision.id
            }
            // The fastest of ten rounds, for other tests keep this machine busy.
            var promised: [RecordID] = []
            var fastest = Duration.seconds(1000)
            for _ in 0..<10 {
                let start = ContinuousClock.now
                let round = (0..<20).map { _ in recordSession() }
                let count = promised.count + round.count
                try await eventually("the round", within: .seconds(30)) {
                    try await reader.decisions(DecisionFilter(limit: 1000)).count == count
                }
                fastest = min(fastest, ContinuousClock.now - start)
                promised += round
            }
            try (["\(fastest < .milliseconds(100))"] + promised.map(\.description)).joined(separator: "\n")
                .write(toFile: path + "/promised", atomically: false, encoding: .utf8)
            // Killed at some point of a batch.
            for _ in 0..<Int.random(in: 1...20_000) { _ = recordSession() }
            kill(getpid(), SIGKILL)
        }
        let report = try String(contentsOfFile: path + "/promised", encoding: .utf8).split(separator: "\n")
        #expect(report.first == "true")
        let promised = report.dropFirst()
        #expect(promised.count == 200)
        let reader = try JournalReader(path: directory.journal)
        let decisions = try await reader.decisions(DecisionFilter(limit: 100_000))
        let kept = Set(decisions.map(\.id.description))
        #expect(promised.allSatisfy { kept.contains(String($0)) })
        // Batches are whole: a decision is never there without what was recorded before it.
        for decision in decisions.suffix(300) {
            let report = try #require(try await reader.session(decision.id.description))
            #expect(report.connection != nil)
            #expect(report.transcript == .session)
        }
        // And Weft goes on with it.
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        journal.record(.decision(.sample()))
        try await journal.commit()
        #expect(try await reader.decisions(DecisionFilter(limit: 100_000)).count == decisions.count + 1)
        await journal.close()
    }

    @Test func `what a commit returned for survives kill -9`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let journal = try Journal(.init(path: path + "/journal.db"), logger: .quiet)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        journal.record(.decision(.sample()))
                        try? await journal.commit()
                    }
                }
            }
            kill(getpid(), SIGKILL)
        }
        #expect(try await JournalReader(path: directory.journal).decisions().count == 20)
    }
}
