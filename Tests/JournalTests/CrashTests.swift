import Foundation
import Testing

@testable import Journal

@Suite struct CrashTests {
    /// The promise is 100 ms on a machine that does what it is told at once; how late this one is, busy with other tests, is measured
    /// along the way: its timers, and its disk.
    @Test func `kill -9 loses at most the last 100 ms`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let journal = try Journal(.init(path: path + "/journal.db"), logger: quiet)
            // What was recorded more than 100 ms ago is said in a file of its own, just before the end.
            var recorded: [(at: ContinuousClock.Instant, decision: JournalID)] = []
            var (lag, sync) = (Duration.zero, Duration.zero)
            let probe = open(path + "/probe", O_WRONLY | O_CREAT, 0o600)
            let end = ContinuousClock.now + .milliseconds(700)
            while ContinuousClock.now < end {
                let opened = ConnectionOpened.sample()
                let decision = DecisionRecord.sample(opened.id)
                journal.record(.opened(opened))
                journal.record(.transcript(opened.id, .session))
                journal.record(.decision(decision))
                recorded.append((.now, decision.id))
                let start = ContinuousClock.now
                try await Task.sleep(for: .milliseconds(1))
                lag = max(lag, ContinuousClock.now - start)
                if recorded.count % 30 == 0 {
                    let start = ContinuousClock.now
                    write(probe, "x", 1)
                    fsync(probe)
                    sync = max(sync, ContinuousClock.now - start)
                }
            }
            let limit = ContinuousClock.now - .milliseconds(100) - lag * 2 - sync * 2
            let promised = recorded.filter { $0.at < limit }.map(\.decision.description).joined(separator: "\n")
            try promised.write(toFile: path + "/promised", atomically: false, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let promised = try String(contentsOfFile: path + "/promised", encoding: .utf8).split(separator: "\n")
        #expect(promised.count > 50)
        let reader = try JournalReader(path: directory.journal)
        let decisions = try await reader.decisions(DecisionFilter(limit: 10_000))
        let kept = Set(decisions.map(\.id.description))
        #expect(promised.allSatisfy { kept.contains(String($0)) })
        // Batches are whole: a decision is never there without what was recorded before it.
        for decision in decisions {
            let report = try #require(try await reader.session(decision.id.description))
            #expect(report.connection != nil)
            #expect(report.transcript == .session)
        }
        // And Weft goes on with it.
        let journal = try Journal(.init(path: directory.journal), logger: quiet)
        journal.record(.decision(.sample()))
        try await journal.commit()
        #expect(try await reader.decisions(DecisionFilter(limit: 10_000)).count == decisions.count + 1)
        await journal.close()
    }

    @Test func `what a commit returned for survives kill -9`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let journal = try Journal(.init(path: path + "/journal.db", durability: .strict), logger: quiet)
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
