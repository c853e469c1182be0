import Basics
import Foundation
import Records
import RecordsTesting
import TestSupport
import Testing

@testable import Journal

/// What a session costs. Run by hand, in release:
/// `WEFT_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter JournalBenchmark`
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WEFT_BENCH"] != nil), .serialized) struct JournalBenchmark {
    @Test(arguments: [false, true])
    func `CPU time of a session with one message`(isStrict: Bool) async throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(.init(path: directory.journal), logger: .quiet)
        let sessions = isStrict ? 4000 : 50_000
        let start = (cpu: processorTime(), clock: ContinuousClock.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in stride(from: worker, to: sessions, by: 8) {
                        try await session(journal, number, isStrict: isStrict)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await journal.commit()
        let (cpu, elapsed) = (processorTime() - start.cpu, ContinuousClock.now - start.clock)
        let size = try journal.store.maintain { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return try FileManager.default.attributesOfItem(atPath: directory.journal)[.size] as? Int ?? 0
        }
        print(
            "\(isStrict ? "strict" : "batched"): \(sessions) sessions in \(elapsed); CPU \(cpu / Double(sessions) * 1e6) us and disk",
            "\(size / sessions) octets a session; lost \(journal.lostEvents)")
        #expect(journal.lostEvents == 0)
        await journal.close()
    }

    /// One session as the relay journals it: transcript in two parts, evidence that is mostly known.
    private func session(_ journal: Journal, _ number: Int, isStrict: Bool) async throws {
        let now = Date()
        let id = RecordID()
        journal.record(.opened(.sample(id, at: now)))
        var decision = DecisionRecord.sample(id, at: now, domain: "domain-\(number % 5000).example")
        let evidence = [UInt8](repeating: UInt8(number % 200), count: 32)
        decision.evidenceDigest = evidence
        decision.legDigest = evidence
        journal.record(.evidence(EvidenceRecord(digest: evidence, kind: "dns", body: [UInt8](repeating: 65, count: 900))))
        journal.record(.transcript(id, Array([TranscriptLine].session.prefix(18))))
        journal.record(.decision(decision))
        if isStrict { try await journal.commit() }
        journal.record(.transcript(id, Array([TranscriptLine].session.dropFirst(18))))
        journal.record(.transaction(.sample(id, at: now)))
        journal.record(.outcome(OutcomeRecord(day: "2025-11-23", policyDomain: decision.domain.name ?? .root, policyType: .sts)))
        journal.record(.closed(.sample(id, at: now)))
        if journal.isCongested { await journal.waitForSpace() }
    }

    /// User and system time of the process, in seconds.
    private func processorTime() -> Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
