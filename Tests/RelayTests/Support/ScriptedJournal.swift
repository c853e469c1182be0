import Records

@testable import Relay

/// Why a scripted commit fails.
struct DiskFull: Error {}

/// A journal in memory. Confined to the one task that a test's session runs in, which makes `@unchecked Sendable` sound.
final class ScriptedJournal: EventSink, @unchecked Sendable {
    private(set) var events: [Event] = []
    var health = SinkHealth.healthy
    var isCongested = false
    private(set) var spaceWaits = 0
    /// Thrown by commits.
    var commitError: DiskFull?
    /// Called at each commit.
    var onCommit: () -> Void = {}
    private(set) var commits = 0

    func record(_ event: Event) { events.append(event) }

    nonisolated(nonsending) func waitForSpace() async {
        spaceWaits += 1
        isCongested = false
    }

    nonisolated(nonsending) func commit() async throws {
        commits += 1
        onCommit()
        if let commitError { throw commitError }
    }

    var decisions: [DecisionRecord] {
        events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    var transactions: [TransactionRecord] {
        events.compactMap { if case .transaction(let transaction) = $0 { transaction } else { nil } }
    }

    var closed: ConnectionClosed? {
        events.compactMap { if case .closed(let closed) = $0 { closed } else { nil } }.last
    }

    /// The transcript, a line each: direction and text.
    var transcript: [String] {
        events.flatMap { event -> [String] in
            guard case .transcript(_, let lines) = event else { return [] }
            return lines.map { "\($0.direction.rawValue) \($0.text)" }
        }
    }
}
