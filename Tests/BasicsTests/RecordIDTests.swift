import Foundation
import Testing

@testable import Basics

@Suite struct RecordIDTests {
    @Test func `the text of an id reads back as the same id`() {
        for _ in 0..<1000 {
            let id = RecordID(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max))
            #expect(id.description.utf8.count == 26)
            #expect(RecordID(id.description) == id)
            #expect(RecordID(id.description.lowercased()) == id)
        }
    }

    @Test(arguments: [
        (UInt64(0), UInt64(0), "00000000000000000000000000"),
        (UInt64.max, UInt64.max, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        (UInt64(0), UInt64(1), "00000000000000000000000001"),
        (UInt64(1), UInt64(0), "0000000000000G000000000000"),
        // The example of the ULID specification: its time is 1469918176385 ms.
        (UInt64(1_469_918_176_385) << 16, UInt64(0), "01ARYZ6S410000000000000000"),
    ])
    func `ids are spelt in Crockford's base 32`(_ high: UInt64, _ low: UInt64, _ text: String) {
        #expect(RecordID(high: high, low: low).description == text)
        #expect(RecordID(text) == RecordID(high: high, low: low))
    }

    @Test(arguments: [
        "", "01ARYZ6S41", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARYZ6S41000000000000000U", "01ARYZ6S4100000000000000-0",
        "01ARYZ6S4100000000000000000", "01ARYZ6S41000000000000000é",
    ])
    func `what is no id is not read as one`(_ text: String) {
        #expect(RecordID(text) == nil)
    }

    @Test func `I and L read as 1 and O as 0`() {
        #expect(RecordID("OIL00000000000000000000000") == RecordID("01100000000000000000000000"))
    }

    @Test func `ids increase and so do their texts, whichever thread makes them`() async {
        let all = await withTaskGroup(of: [RecordID].self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<5000).map { _ in RecordID() } }
            }
            return await group.reduce(into: [RecordID]()) { all, ids in
                #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 && $0.description < $1.description })
                all += ids
            }
        }
        #expect(Set(all).count == 20_000)
    }

    @Test func `an id tells when it was made`() {
        let now = Date()
        #expect(abs(RecordID().time.timeIntervalSince(now)) < 1)
    }

    @Test func `an id is a string in JSON`() throws {
        let id = RecordID()
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(id)\"]")
        #expect(try JSONDecoder().decode([RecordID].self, from: json) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([RecordID].self, from: Data("[\"x\"]".utf8)) }
    }
}
