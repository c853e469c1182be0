import Basics
import FoundationEssentials
import MTASTSTesting
import TestSupport
import Testing

@testable import MTASTS

@Suite struct SmallPartsTests {
    @Test func `text from strangers becomes printable and bounded`() {
        #expect(printable("a\r\n\\ü".utf8, limit: 200, escapingBackslash: true) == "a\\x0d\\x0a\\x5c\\xc3\\xbc")
        for count in 0...300 {
            let text = printable(Array(repeating: UInt8(7), count: count), limit: 200)
            #expect(text.utf8.count <= 200 && text.hasSuffix("...") == (4 * count > 200))
        }
        #expect(STSFailure(.fetchError, "a\nb").description == "sts-policy-fetch-error: a\\x0ab")
    }

    @Test(arguments: [(0, 300), (1, 300), (2, 600), (4, 2400), (5, 3600), (1_000_000, 3600)])
    func `pauses double from 5 minutes to an hour`(failures: Int, seconds: Int) {
        #expect(BackOff.pause(failures: failures) == .seconds(seconds))
    }
}
