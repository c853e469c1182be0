import Basics
import Testing

@Suite struct HexadecimalTests {
    @Test(arguments: [([UInt8](), ""), ([0], "00"), ([0x0f, 0xf0, 0xab], "0ff0ab")])
    func `octets become two digits each, in lower case`(octets: [UInt8], expected: String) {
        #expect(hexadecimal(octets) == expected)
    }

    @Test func `a backslash is escaped only when asked for`() {
        #expect(printable(#"a\b"#, limit: 100) == #"a\b"#)
        #expect(printable(#"a\b"#, limit: 100, escapingBackslash: true) == #"a\x5cb"#)
    }
}
