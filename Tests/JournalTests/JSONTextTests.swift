import Foundation
import Records
import Testing

@testable import Journal

@Suite struct JSONTextTests {
    @Test(arguments: [
        "", "plain", "a \"quoted\" word", "back\\slash", "\u{0}\u{1}\u{1F}\u{7F}", "\r\n\t", "Grüße 🧵", "\"", "\\\"",
        String(repeating: "x", count: 3000),
    ])
    func `strings come back as they were`(_ text: String) throws {
        #expect(JSONText.strings(JSONText.array([text, "x", text])) == [text, "x", text])
        let line = TranscriptLine(offset: -12, direction: .upstreamToClient, text: text)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(JSONText.transcript([line, line], limit: 8192).utf8)) as? [[Any]])
        #expect(json.count == 2)
        #expect(json[1][0] as? Int == -12)
        #expect(json[1][1] as? String == "<|")
        #expect(json[1][2] as? String == text)
    }

    @Test(arguments: [(0, ""), (1, "a"), (2, "a"), (3, "aé"), (4, "aé"), (5, "aé"), (6, "aé"), (7, "aé🧵"), (8, "aé🧵b"), (9, "aé🧵b")])
    func `a long text is cut between characters`(_ limit: Int, _ expected: String) {
        #expect("aé🧵b".bounded(limit) == expected)
    }

    @Test(arguments: [Int64.min, -1, 0, 9, 10, Int64.max])
    func `offsets are written in decimal`(_ offset: Int64) {
        #expect(
            JSONText.transcript([TranscriptLine(offset: offset, direction: .note, text: "")], limit: 10) == "[[\(offset),\"--\",\"\"]]")
    }

    @Test func `a column that is no list of strings reads as empty`() {
        #expect(JSONText.strings("{").isEmpty)
        #expect(JSONText.strings("[1]").isEmpty)
    }
}
