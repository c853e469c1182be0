import Basics
import TestSupport
import Testing

@testable import MTASTS

@Suite struct STSRecordTests {
    private func select(_ records: String...) -> STSRecord.Selection { STSRecord.select(from: records.map { Array($0.utf8) }) }

    @Test(arguments: [
        "v=STSv1; id=20160831085700Z;", "v=STSv1;id=20160831085700Z", "v=STSv1 \t;\t id=20160831085700Z \t; ",
        "v=STSv1; a=b; id=20160831085700Z", "v=STSv1; id=20160831085700Z; x_-.9=!~<:/", "v=STSv1; id=20160831085700Z; id=other; id=!",
        "v=STSv1; ID=upper; id=20160831085700Z",
    ])
    func `a well-formed record is taken`(text: String) {
        #expect(select(text) == .record(STSRecord(id: "20160831085700Z")))
    }

    @Test(arguments: [
        "v=STSv1", "v=STSv1 ", "v=STSv1;", "v=STSv1; ", "v=STSv1; a=b;", "v=STSv1; id=", "v=STSv1; id=a-b", "v=STSv1; id=a b",
        "v=STSv1; id=123456789012345678901234567890123", "v=STSv1; id=a;;", "v=STSv1;; id=a", "v=STSv1; id=a; ;", "v=STSv1; id=a; b",
        "v=STSv1; id=a; b=c=d", "v=STSv1; id=a; b=", "v=STSv1; id=a; -b=c", "v=STSv1; id=a b=c", "v=STSv1; id =a", "v=STSv1; id= a",
        "v=STSv1; ID=a",
        "v=STSv1; id=a ", "v=STSv1; id=a; b=\u{7f}", "v=STSv1; id=a; b=ü", "v=STSv1; id=a\r\n",
        "v=STSv1; id=a; a23456789012345678901234567890123=b",
    ])
    func `a malformed record is invalid`(text: String) throws {
        guard case .invalid(let reason) = select(text) else {
            Issue.record("\(select(text))")
            return
        }
        #expect(!reason.isEmpty && reason.utf8.allSatisfy { (0x20...0x7e).contains($0) })
    }

    @Test(arguments: [
        "", "v=spf1 -all", "V=STSv1; id=a", "v=stsv1; id=a", "v=STSv10; id=a", " v=STSv1; id=a", "v=STSv1x; id=a", "id=a; v=STSv1",
    ])
    func `what is no STSv1 record is no record`(text: String) {
        #expect(select(text) == .none)
    }

    @Test func `records of other kinds do not count`() {
        #expect(
            select("v=spf1 -all", "v=STSv1; id=a", "google-site-verification=x", "v=STSv1", "v=STSv12; id=b") == .record(STSRecord(id: "a"))
        )
    }

    @Test func `two records are no policy, even if one is malformed`() {
        #expect(select("v=STSv1; id=a", "v=STSv1; id=a") == .several)
        #expect(select("v=STSv1; id=a", "v=STSv1; nothing") == .several)
        #expect(select() == .none)
    }

    @Test func `mutated records are taken exactly when the ABNF allows them`() throws {
        let field = #"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}=[!-:<>-~]+"#
        let record = try Regex("v=STSv1(?:[ \\t]*;[ \\t]*\(field))+(?:[ \\t]*;[ \\t]*)?").matchingSemantics(.unicodeScalar)
        let firstID = try Regex("[ \\t;]id=[A-Za-z0-9]{1,32}(?:[ \\t;]|$)").matchingSemantics(.unicodeScalar)
        let anyID = try Regex("[ \\t;]id=").matchingSemantics(.unicodeScalar)
        var mutator = Mutator(
            seeds: ["v=STSv1; id=20160831085700Z;", "v=STSv1; a=b; id=a1 ; c.d=e/f?", "v=STSv1;id=a;id=b-c"],
            alphabet: Array("v=STSv1; \tid=aZ9_-.:!~<>\u{7f}\r\n\0ü".utf8))
        var taken = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            guard bytes.starts(with: "v=STSv1".utf8) else { continue }
            // Each octet as one scalar: what is not ASCII matches nothing.
            let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
            let first = text.firstMatch(of: anyID)?.range.lowerBound
            let isAllowed = text.wholeMatch(of: record) != nil && first != nil && text.firstMatch(of: firstID)?.range.lowerBound == first
            let isTaken = (try? STSRecord.parse(bytes)) != nil
            #expect(isTaken == isAllowed, "\(printable(bytes, limit: 200))")
            taken += isTaken ? 1 : 0
        }
        #expect(taken > 200)
    }
}
