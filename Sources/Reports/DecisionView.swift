import Basics
import FoundationEssentials
import Records

/// A recipient: the decision on it, and what became of it. Its keys are the columns of the decision (docs/decisions.md), then the fate.
package struct DecisionView: Encodable, Sendable {
    package let recipient: RecipientRow

    package init(_ recipient: RecipientRow) {
        self.recipient = recipient
    }

    package func encode(to encoder: any Encoder) throws {
        var decision = recipient.decision
        var writer = ColumnEncoder(encoder.container(keyedBy: ColumnKey.self))
        decision.describe(to: &writer)
        if let error = writer.error { throw error }
        try writer.container.encode(recipient.fate, forKey: ColumnKey("fate"))
        try writer.container.encode(recipient.passed?.reply, forKey: ColumnKey("rcpt_reply"))
        try writer.container.encode(recipient.messageReply, forKey: ColumnKey("message_reply"))
    }
}

/// A column's key in JSON.
private struct ColumnKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

/// Writes the columns of a record as an object: every key, with null for what is absent.
private struct ColumnEncoder: ColumnVisitor {
    var container: KeyedEncodingContainer<ColumnKey>
    private(set) var error: (any Error)?

    init(_ container: KeyedEncodingContainer<ColumnKey>) {
        self.container = container
    }

    mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value) {
        guard error == nil, let key = column.key else { return }
        do { try container.encode(value, forKey: ColumnKey(key)) } catch { self.error = error }
    }

    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group) {
        var inner = ColumnEncoder(container.nestedContainer(keyedBy: ColumnKey.self, forKey: ColumnKey(key)))
        group.describe(to: &inner)
        error = error ?? inner.error
    }

    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?) {
        guard error == nil else { return }
        if group != nil {
            var inner = ColumnEncoder(container.nestedContainer(keyedBy: ColumnKey.self, forKey: ColumnKey(key)))
            group?.describe(to: &inner)
            error = error ?? inner.error
        } else {
            do { try container.encodeNil(forKey: ColumnKey(key)) } catch { self.error = error }
        }
    }
}
