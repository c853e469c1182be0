import Records

/// An event sink in memory. Confined to the one task that a test's session runs in, which makes `@unchecked Sendable` sound.
package final class ScriptedSink: EventSink, @unchecked Sendable {
    /// Why a scripted commit fails.
    package struct DiskFull: Error {
        package init() {}
    }

    /// What was recorded.
    package private(set) var events: [Event] = []
    package var health = SinkHealth.healthy
    package var isCongested = false
    /// Whether decisions are not taken.
    package var isFull = false
    /// How often somebody waited for space.
    package private(set) var spaceWaits = 0
    /// Thrown by commits.
    package var commitError: DiskFull?
    /// Called at each commit.
    package var onCommit: () -> Void = {}
    package private(set) var commits = 0

    /// Nothing is recorded yet.
    package init() {}

    package func record(_ event: Event) { events.append(event) }

    package func take(_ events: [Event]) -> Bool {
        if !isFull { self.events += events }
        return !isFull
    }

    package nonisolated(nonsending) func waitForSpace() async {
        spaceWaits += 1
        isCongested = false
    }

    package nonisolated(nonsending) func commit() async throws {
        commits += 1
        onCommit()
        if let commitError { throw commitError }
    }

    /// The decisions recorded.
    package var decisions: [DecisionRecord] {
        events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    /// The transactions recorded.
    package var transactions: [TransactionRecord] {
        events.compactMap { if case .transaction(let transaction) = $0 { transaction } else { nil } }
    }

    /// The end of the last session that ended.
    package var closed: ConnectionClosed? {
        events.compactMap { if case .closed(let closed) = $0 { closed } else { nil } }.last
    }

    /// The transcript, a line each: direction and text.
    package var transcript: [String] {
        events.flatMap { event -> [String] in
            guard case .transcript(_, let lines) = event else { return [] }
            return lines.map { "\($0.direction.rawValue) \($0.text)" }
        }
    }
}
