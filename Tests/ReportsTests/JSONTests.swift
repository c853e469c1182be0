import FoundationEssentials
import Records
import Testing

@testable import Reports

func decoded<T: Decodable>(_ line: String, as _: T.Type = T.self) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(T.self, from: Data(line.utf8))
}

@Suite struct `JSON for scripts` {
    @Test func `a decision is one line with the documented keys`() throws {
        for decision in [try Fixture.deferral(), try Fixture.acceptance()] {
            let line = try jsonLine(DecisionView(decision))
            #expect(line.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
            let names = """
                id at connection transaction client destination source sender recipient domain policy enforcement action would reason result_type detail reply mx \
                tls dns sts timing fate rcpt_reply message_reply
                """
            #expect(try decoded(line, as: JSONValue.self).keys().first?.keys == Set(names.split(separator: " ").map(String.init)))
        }
    }

    @Test func `a session is one object with everything in it`() throws {
        struct Read: Decodable {
            struct Line: Decodable {
                var offsetUs: Int
                var direction: String
                var data: String
            }
            struct Transaction: Decodable {
                var outcome: String
                var content: String
            }
            var clientPort: Int
            var opened: String
            var communications: [Line]
            var transactions: [Transaction]
            struct Decision: Decodable {
                var recipient: String
            }
            var decisions: [Decision]
        }
        let line = try jsonLine(SessionView(try Fixture.session()))
        let read = try decoded(line, as: Read.self)
        #expect(read.clientPort == 51_234)
        #expect(read.opened == "2026-11-23T08:15:30.250Z")
        #expect(read.communications.map(\.offsetUs).last == 61_234_567)
        #expect(read.communications[8].data == "250 \u{1b}]0;owned\u{7} ok")
        #expect(read.transactions.map(\.content) == ["/wA="])
        #expect(read.decisions.map(\.recipient) == ["a@example.net", "b@open.example"])
        #expect(!line.contains("\u{1b}"))
    }

    @Test func `a policy has every key, null where nothing is known`() throws {
        let line = try jsonLine(PolicyView(Fixture.policy()))
        #expect(line.contains("\"last_used\":null"))
        #expect(
            try decoded(line, as: JSONValue.self).keys().first?.keys == [
                "certificate_sha256", "domain", "expires", "fetched_at", "id", "last_checked", "last_error", "last_used", "max_age", "mode",
                "mx", "source_address", "text",
            ])
    }
}
