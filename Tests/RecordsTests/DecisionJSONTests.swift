import Foundation
import Records
import RecordsTesting
import Testing

@Suite struct DecisionJSONTests {
    @Test func `the keys are the documented ones, and each is there also when it has no value`() throws {
        var decision = DecisionRecord.sample()
        let full = try object(decision)
        #expect(
            Set(full.keys) == [
                "id", "at", "connection", "client", "destination", "source", "sender", "recipient", "domain", "policy", "enforcement",
                "action",
                "would", "reason", "result_type", "detail", "reply", "mx", "tls", "dns", "sts", "timing",
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

    @Test func `a decision reads back from its JSON, but for the digests`() throws {
        var decision = DecisionRecord.sample()
        let read = try JSONDecoder().decode(DecisionRecord.self, from: JSONEncoder().encode(decision))
        decision.evidenceDigest = nil
        decision.legDigest = nil
        #expect(read == decision)
    }

    private func object(_ decision: DecisionRecord) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(decision)) as? [String: Any])
    }

    private func keys(_ value: Any?) -> Set<String> {
        Set((value as? [String: Any])?.keys.map { $0 } ?? [])
    }
}
