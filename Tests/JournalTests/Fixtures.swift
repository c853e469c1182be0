import Basics
import Foundation
import Logging
import Records

@testable import Journal

/// A directory that is deleted with its last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/journal-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var journal: String { path + "/journal.db" }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Waits until a condition holds; false if it does not within half a minute.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}

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
