import Basics
import Records

@testable import Journal

extension JournalReader {
    /// The decisions alone.
    func decisions(_ filter: DecisionFilter = DecisionFilter()) async throws -> [DecisionRecord] {
        try await recipients(filter).map(\.decision)
    }

    func decision(_ id: RecordID) async throws -> DecisionRecord? { try await recipient(id.description)?.decision }
}

extension SessionReport {
    var decisions: [DecisionRecord] { recipients.map(\.decision) }
}
