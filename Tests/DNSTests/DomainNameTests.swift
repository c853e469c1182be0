import Testing

@testable import DNS

@Suite struct DomainNameTests {
    @Test(arguments: [
        ("example.com", "example.com"), ("Example.COM.", "example.com"), ("_25._tcp.mx.example", "_25._tcp.mx.example"), ("a", "a"),
        ("xn--bcher-kva.example.", "xn--bcher-kva.example"),
        (String(repeating: "a", count: 63) + ".b", String(repeating: "a", count: 63) + ".b"),
    ])
    func `a name is asked for in lower case and without its final dot`(name: String, normalized: String) {
        #expect(DomainName.normalized(name) == normalized)
    }

    @Test(arguments: [
        "", ".", "..", "a..b", ".a", "a b", "bücher.example", "a\\.b", "a\0b", "[192.0.2.1]", "*.example", "a/b", "a\n",
        String(repeating: "a", count: 64), Array(repeating: "abcdefg", count: 32).joined(separator: "."),
    ])
    func `what is no name is refused`(name: String) {
        #expect(DomainName.normalized(name) == nil)
        #expect(throws: DNSFailure.self) { try Question(asking: name, .mx) }
    }

    @Test(
        arguments: [
            ([0], ""), ([1, 0x41, 0], "a"), ([3, 0x61, 0x2e, 0x62, 1, 0x63, 0], "a\\046b.c"), ([2, 0x5c, 0x00, 0], "\\092\\000"),
            ([4, 0xff, 0x0a, 0x20, 0x2a, 0], "\\255\\010\\032\\042"),
        ] as [([UInt8], String)])
    func `odd octets of a wire name are escaped`(wire: [UInt8], text: String) {
        #expect(wire.withUnsafeBytes { DomainName.text(wire: $0) } == text)
    }

    @Test(
        arguments: [[], [1], [1, 0x61], [0, 0], [5, 0x61, 0], [0xc0, 0x0c], [64] + [UInt8](repeating: 0x61, count: 64) + [0]] as [[UInt8]])
    func `bytes that are no wire name are refused`(wire: [UInt8]) {
        #expect(wire.withUnsafeBytes { DomainName.text(wire: $0) } == nil)
    }

    @Test(arguments: [
        ("a.example", "example", true), ("example", "example", true), ("anexample", "example", false), ("a.example", "", true),
        ("example", "a.example", false),
    ])
    func `a name is within its ancestors`(name: String, ancestor: String, isWithin: Bool) {
        #expect(DomainName.isWithin(name, ancestor) == isWithin)
    }
}
