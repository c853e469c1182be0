import Basics
import Testing

@Suite struct PrintableTests {
    @Test(
        arguments: [
            ([0x32, 0x35, 0x30, 0x20, 0x7e], #"250 ~"#),
            ([0x61, 0x0d, 0x0a, 0x00, 0x09], #"a\x0d\x0a\x00\x09"#),
            ([0x1b, 0x5b, 0x7f], #"\x1b[\x7f"#),
            ([0xc2, 0x9b, 0xc3, 0xa4, 0xff], #"\xc2\x9b\xc3\xa4\xff"#),
            ([0x5c, 0x78], #"\x"#),
            ([], ""),
        ] as [([UInt8], String)])
    func `what is not printable ASCII becomes an escape`(octets: [UInt8], expected: String) {
        #expect(printable(octets, limit: 100) == expected)
    }

    @Test func `a text of just the limit is whole and a longer one ends in dots`() {
        #expect(printable("abcdefgh", limit: 8) == "abcdefgh")
        #expect(printable("abcdefghi", limit: 8) == "abcde...")
    }

    @Test func `an escape is never cut`() {
        #expect(printable([0x61, 0x00, 0x00, 0x00], limit: 13) == #"a\x00\x00\x00"#)
        #expect(printable([0x61, 0x00, 0x00, 0x00], limit: 12) == #"a\x00\x00..."#)
        #expect(printable([0x61, 0x00, 0x00, 0x00], limit: 11) == #"a\x00..."#)
        #expect(printable([0x61, 0x62, 0x00], limit: 5) == "ab...")
    }

    @Test(arguments: -1...8)
    func `no limit is passed however small it is`(limit: Int) {
        #expect(printable("abcdefghi", limit: limit).utf8.count == max(0, limit))
        #expect(printable([UInt8](repeating: 0, count: 9), limit: limit).utf8.count <= max(0, limit))
    }
}
