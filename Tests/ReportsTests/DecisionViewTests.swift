import Foundation
import Records
import RecordsTesting
import Testing

@testable import Reports

@Suite struct DecisionViewTests {
    @Test func `the keys are the documented ones, and each is there also when it has no value`() throws {
        var decision = DecisionRecord.sample()
        let full = try object(decision)
        #expect(
            Set(full.keys) == [
                "id", "at", "connection", "transaction", "client", "destination", "source", "sender", "recipient", "domain", "policy",
                "enforcement",
                "action", "would", "reason", "result_type", "detail", "reply", "mx", "tls", "dns", "sts", "timing", "fate", "rcpt_reply",
                "message_reply",
            ])
        #expect(keys(full["tls"]) == ["level", "version", "cipher", "sni", "certificate_sha256", "resumed"])
        #expect(keys(full["dns"]) == ["mx", "address", "tlsa"])
        #expect(keys(full["sts"]) == ["id", "mode", "mx", "max_age", "fetched_at"])
        #expect(keys(full["timing"]) == ["dns_ms", "sts_ms", "policy_ms", "tls_ms"])
        #expect(full["at"] as? String == "2025-11-23T08:00:00.000Z")
        #expect(full["id"] as? String == decision.id.description)

        decision.tls = nil
        decision.sts = nil
        decision.source = nil
        let sparse = try object(decision)
        #expect(Set(sparse.keys) == Set(full.keys))
        #expect(sparse["tls"] is NSNull)
        #expect(sparse["sts"] is NSNull)
        #expect(sparse["result_type"] is NSNull)
    }

    @Test func `every column of a decision is a key, but for those that name what the store keeps`() throws {
        let columns = ColumnNames.of(DecisionRecord.sample())
        let keys = try allKeys(object(.sample()))
        #expect(columns.shown.isSubset(of: keys))
        #expect(columns.hidden == ["evidence", "leg"])
    }

    @Test func `the fate is the policy's where it did not let the recipient pass, else the server's`() throws {
        var row = RecipientRow(decision: .sample())
        #expect(try object(row)["fate"] is NSNull)
        row.passed = FateRecord(decision: row.decision.id, fate: .delivered, reply: "250 2.1.5 Ok")
        row.messageReply = "250 2.0.0 queued as 4XyZ"
        let delivered = try object(row)
        #expect(delivered["fate"] as? String == "delivered")
        #expect(delivered["rcpt_reply"] as? String == "250 2.1.5 Ok")
        #expect(delivered["message_reply"] as? String == "250 2.0.0 queued as 4XyZ")
        row.decision.action = .refuse
        #expect(try object(row)["fate"] as? String == "refused")
    }

    private func object(_ decision: DecisionRecord) throws -> [String: Any] { try object(RecipientRow(decision: decision)) }

    private func object(_ row: RecipientRow) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(jsonLine(DecisionView(row)).utf8)) as? [String: Any])
    }

    private func allKeys(_ object: [String: Any]) -> Set<String> {
        Set(object.keys).union(object.values.compactMap { $0 as? [String: Any] }.flatMap(\.keys))
    }

    private func keys(_ value: Any?) -> Set<String> {
        Set((value as? [String: Any])?.keys.map { $0 } ?? [])
    }
}

/// The keys of a record's columns.
private struct ColumnNames: ColumnVisitor {
    var shown: Set<String> = []
    var hidden: Set<String> = []

    static func of(_ record: DecisionRecord) -> ColumnNames {
        var (names, record) = (ColumnNames(), record)
        record.describe(to: &names)
        return names
    }

    mutating func visit<Value: ColumnValue>(_ column: RecordColumn, _ value: inout Value) {
        if let key = column.key { shown.insert(key) } else { hidden.insert(column.name) }
    }

    mutating func group<Group: ColumnGroup>(_ key: String, _ group: inout Group?) {
        shown.insert(key)
        group?.describe(to: &self)
    }
}
