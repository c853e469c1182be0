import Foundation
import Testing

@testable import Basics

@Suite struct DomainNameTests {
    /// A text, the strictest grammar that takes it (each before that one does as well), and what comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let last: DomainName.Grammar?
        let name: String
        /// What the first grammar that does not take it says.
        let error: DomainNameError?

        init(_ text: String, _ last: DomainName.Grammar?, _ name: String = "", _ error: DomainNameError? = nil) {
            (self.text, self.last, self.name, self.error) = (text, last, name, error)
        }

        var testDescription: String { text.debugDescription }
    }

    static let label63 = String(repeating: "a", count: 63)
    /// 253 octets.
    static let name253 = "\(label63).\(label63).\(label63).\(String(repeating: "b", count: 61))"

    static let cases = [
        Case("example.com", .host, "example.com"),
        Case("Example.COM.", .host, "example.com"),
        Case("xn--bcher-kva.example.", .host, "xn--bcher-kva.example"),
        Case("a-b.c--d.example", .host, "a-b.c--d.example"),
        Case("1and1.example", .host, "1and1.example"),
        Case("\(label63).b", .host, "\(label63).b"),
        Case(name253, .host, name253),
        Case("\(name253).", .host, name253),
        Case("192.0.2.1x", .host, "192.0.2.1x"),
        Case("a.0xg", .host, "a.0xg"),
        Case("a_b.example", .configuration, "a_b.example", .underscore),
        Case("_25._tcp.MX.example", .configuration, "_25._tcp.mx.example", .underscore),
        Case("a", .mail, "a", .singleLabel),
        Case("LocalHost.", .mail, "localhost", .singleLabel),
        Case("-a.example", .reference, "-a.example", .hyphen),
        Case("a-.example", .reference, "a-.example", .hyphen),
        Case("a.example-", .reference, "a.example-", .hyphen),
        Case("-", .reference, "-", .hyphen),
        Case("192.0.2.1", .question, "192.0.2.1", .number),
        Case("a.0", .question, "a.0", .number),
        Case("0x7F000001", .question, "0x7f000001", .number),
        Case("a.0x", .question, "a.0x", .number),
        Case("4711.", .question, "4711", .number),
        Case("", .wire, "", .empty),
        Case(".", .wire, "", .empty),
        Case("a\\046b.example", .wire, "a\\046b.example", .character(0x2e)),
        Case("\\042.example", .wire, "\\042.example", .character(0x2a)),
        Case("a.\\255", .wire, "a.\\255", .character(0xff)),
        Case("1\\0002", .wire, "1\\0002", .character(0)),
        Case("..", nil, "", .emptyLabel),
        Case("a..b", nil, "", .emptyLabel),
        Case(".a", nil, "", .emptyLabel),
        Case("a.b..", nil, "", .emptyLabel),
        Case("\(label63)a.b", nil, "", .longLabel),
        Case("a\(name253)", nil, "", .longLabel),
        Case("\(label63).\(label63).\(label63).\(label63)", nil, "", .longName),
        Case("a b.example", nil, "", .character(0x20)),
        Case("a.example\n", nil, "", .character(0x0a)),
        Case("a\0b.example", nil, "", .character(0)),
        Case("*.example", nil, "", .character(0x2a)),
        Case("[192.0.2.1]", nil, "", .character(0x5b)),
        Case("2001:db8::1", nil, "", .character(0x3a)),
        Case("a/b", nil, "", .character(0x2f)),
        Case("a\\.b", nil, "", .escape),
        Case("\\097.example", nil, "", .escape),
        Case("\\256.example", nil, "", .escape),
        Case("a.\\04", nil, "", .escape),
    ]

    @Test(arguments: cases)
    func `each grammar takes less than the one before it`(tried: Case) throws {
        var takes = tried.last != nil
        for grammar in DomainName.Grammar.allCases {
            if takes {
                let name = try DomainName(tried.text, as: grammar)
                #expect(name.text == tried.name)
                #expect(try DomainName(Array(tried.text.utf8), as: grammar) == name)
                #expect(DomainName.Grammar.allCases.filter(name.fits).last == tried.last)
            } else {
                #expect(throws: DomainNameError.self) { try DomainName(tried.text, as: grammar) }
                #expect(throws: DomainNameError.self) { try DomainName(tried.text.utf8.map { $0 }, as: grammar) }
            }
            guard grammar == tried.last || tried.last == nil else { continue }
            let next = takes ? DomainName.Grammar.allCases.drop(while: { $0 != grammar }).dropFirst().first : grammar
            if let next, let error = tried.error {
                #expect(throws: error) { try DomainName(tried.text, as: next) }
            }
            takes = false
        }
    }

    @Test(arguments: [
        ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.example.", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ])
    func `U-labels are converted where mail is addressed and nowhere else`(text: String, name: String) throws {
        #expect(try DomainName(text, as: .mail).text == name)
        for grammar in DomainName.Grammar.allCases where grammar != .mail {
            #expect(throws: DomainNameError.notASCII) { try DomainName(text, as: grammar) }
        }
    }

    @Test(arguments: ["a..ü", "ü\0.example", "a b.ü", "\u{200d}.example", "\u{ff0e}", String(repeating: "ü", count: 600)])
    func `what IDNA does not allow is no name`(text: String) {
        #expect(throws: DomainNameError.self) { try DomainName(text, as: .mail) }
        #expect(throws: DomainNameError.international) { try DomainName([0x61, 0xff, 0x2e, 0x62], as: .mail) }
    }

    @Test func `an error says in ASCII what is wrong`() {
        #expect("\(DomainNameError.character(0))" == "\"\\x00\" in the domain")
        #expect("\(DomainNameError.number)" == "domain that ends in a number")
    }

    @Test func `any name is read back from its text as it is`() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("aZ0-_x.\\12345*\0 é\u{7f}".utf8)
        var kept = 0
        for _ in 0..<20_000 {
            let octets = (0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            for grammar in DomainName.Grammar.allCases {
                guard let name = try? DomainName(octets, as: grammar) else { continue }
                kept += 1
                let again = try DomainName(name.description, as: grammar)
                #expect(again == name && again.traits == name.traits && again.text == name.text)
                #expect(name.fits(grammar) && name.fits(.wire))
                #expect(try JSONDecoder().decode(DomainName.self, from: JSONEncoder().encode(name)) == name)
            }
        }
        #expect(kept > 1000)
    }

    @Test func `a name in JSON is its text`() throws {
        #expect(
            try String(decoding: JSONEncoder().encode([DomainName("MX1.example.", as: .host), .root]), as: UTF8.self)
                == #"["mx1.example",""]"#)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([DomainName].self, from: Data(#"["a..b"]"#.utf8)) }
        let byName = try [DomainName("mx.example", as: .host): 1]
        #expect(try String(decoding: JSONEncoder().encode(byName), as: UTF8.self) == #"{"mx.example":1}"#)
        #expect(try JSONDecoder().decode([DomainName: Int].self, from: Data(#"{"MX.example.":1}"#.utf8)) == byName)
    }

    @Test(
        arguments: [
            ([0], ""), ([1, 0x41, 0], "a"), ([3, 0x61, 0x2e, 0x62, 1, 0x63, 0], "a\\046b.c"), ([2, 0x5c, 0x00, 0], "\\092\\000"),
            ([4, 0xff, 0x0a, 0x20, 0x2a, 0], "\\255\\010\\032\\042"),
        ] as [([UInt8], String)])
    func `odd octets of a wire name are escaped`(wire: [UInt8], text: String) {
        #expect(wire.withUnsafeBytes { DomainName(wire: $0) }?.text == text)
    }

    @Test func `any name that the wire can carry is read, up to its longest`() {
        let label = [63] + [UInt8](repeating: 0, count: 63)
        let longest = label + label + label + [61] + [UInt8](repeating: 0xff, count: 61) + [0]
        #expect(longest.count == 255)
        #expect(longest.withUnsafeBytes { DomainName(wire: $0) }?.text.utf8.count == 4 * 250 + 3)
        let longer = label + label + label + [62] + [UInt8](repeating: 0xff, count: 62) + [0]
        #expect(longer.withUnsafeBytes { DomainName(wire: $0) } == nil)
    }

    @Test(
        arguments: [[], [1], [1, 0x61], [0, 0], [5, 0x61, 0], [0xc0, 0x0c], [64] + [UInt8](repeating: 0x61, count: 64) + [0]] as [[UInt8]])
    func `bytes that are no wire name are refused`(wire: [UInt8]) {
        #expect(wire.withUnsafeBytes { DomainName(wire: $0) } == nil)
    }

    @Test(arguments: [
        ("a.example", "example", true, true), ("example", "example", true, false), ("anexample", "example", false, false),
        ("a.example", "", true, false), ("example", "", true, true), ("example", "a.example", false, false), ("", "", true, false),
        ("a.b.example", "example", true, false), ("a\\046b.example", "example", true, true),
    ])
    func `a name is within its ancestors, and the child of one`(name: String, ancestor: String, isWithin: Bool, isChild: Bool) throws {
        let (name, ancestor) = try (DomainName(name, as: .wire), DomainName(ancestor, as: .wire))
        #expect(name.isWithin(ancestor) == isWithin)
        #expect(name.isChild(of: ancestor.text.utf8[...]) == isChild)
    }

    @Test func `a name has names below it as long as they fit`() throws {
        #expect(try DomainName("mx.example", as: .host).below("_25._tcp")?.text == "_25._tcp.mx.example")
        #expect(DomainName.root.below("example")?.text == "example")
        #expect(try DomainName(Self.name253, as: .host).below("a") == nil)
    }
}
