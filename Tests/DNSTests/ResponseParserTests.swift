import Basics
import NIOCore
import TestSupport
import Testing

@testable import DNS

@Suite struct ResponseParserTests {
    private let question = Question(name: "example.com", type: .mx)

    private func parse(_ bytes: [UInt8], _ question: Question? = nil) throws -> ResponseMessage? {
        try ResponseMessage.parse(ByteBuffer(bytes: bytes), for: question ?? self.question)
    }

    @Test func `records are read with owner, TTL and content`() throws {
        var message = WireMessage("EXAMPLE.com", .mx, flags: WireMessage.authenticFlags)
        message.answers = [
            WireMessage.mx("Example.COM", 10, "MX1.Example.NET"), WireMessage.record("example.com", 1, data: [192, 0, 2, 1]),
            WireMessage.record("example.com", 28, data: [UInt8](repeating: 0, count: 15) + [1]), WireMessage.cname("x", "Y.z"),
            WireMessage.tlsa("t", [1, 2]), WireMessage.record("t", 16, data: [2, 0x61, 0x62, 0, 1, 0x63]),
            WireMessage.rrsig("example.com", covering: 15, expiration: 99), WireMessage.record("n", 2, data: WireMessage.name("ns")),
            WireMessage.record("chaos", 1, data: [1, 2, 3, 4], class: 3),
        ]
        message.authority = [WireMessage.record("com", 2, data: [0]), WireMessage.soa("com", ttl: 5, minimum: 7)]
        message.additional = [WireMessage.opt([]), WireMessage.a("glue", "192.0.2.1")]
        let response = try #require(try parse(message.bytes))
        #expect(response.responseCode == 0)
        #expect(response.authenticData && response.recursionAvailable && !response.isTruncated)
        #expect(
            response.answers.map(\.content) == [
                .mx(MXRecord(preference: 10, exchange: "mx1.example.net")), .address(try #require(IPAddress("192.0.2.1"))),
                .address(try #require(IPAddress("::1"))), .cname("y.z"),
                .tlsa(TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [1, 2])), .txt(Array("abc".utf8)),
                .signature(covers: 15, expiration: 99),
            ])
        #expect(response.answers[0].owner == "example.com")
        #expect(response.answers[0].ttl == 300)
        #expect(response.startOfAuthority == ResourceRecord(owner: "com", ttl: 5, content: .startOfAuthority(minimum: 7)))
    }

    @Test func `compressed names are read`() throws {
        var message = WireMessage("example.com", .mx)
        message.answers = [[0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 9, 0, 7, 0, 10, 2, 0x6d, 0x78, 0xc0, 12]]
        let response = try #require(try parse(message.bytes))
        #expect(
            response.answers == [
                ResourceRecord(owner: "example.com", ttl: 9, content: .mx(MXRecord(preference: 10, exchange: "mx.example.com")))
            ])
    }

    @Test(arguments: [
        WireMessage("example.org", .mx), WireMessage("example.com", .txt), WireMessage("xexample.com", .mx), WireMessage("com", .mx),
    ])
    func `an answer to another question is none`(message: WireMessage) throws {
        #expect(try parse(message.bytes) == nil)
    }

    @Test(arguments: [0, 2])
    func `a response without exactly one question is none`(count: UInt8) throws {
        var bytes = WireMessage("example.com", .mx).bytes
        bytes[5] = count
        #expect(try parse(bytes) == nil)
    }

    /// FORMERR, SERVFAIL, NOTIMP, REFUSED.
    @Test(arguments: [1, 2, 4, 5] as [UInt16])
    func `an error code without a question is an answer, and nothing besides the code counts`(code: UInt16) throws {
        var bytes = Array(WireMessage("example.com", .mx, flags: 0x8180 | code).bytes.prefix(12))
        bytes[5] = 0
        bytes[7] = 1
        let response = try #require(try parse(bytes))
        #expect(response.responseCode == code && response.answers.isEmpty)
        bytes[5] = 2
        #expect(try parse(bytes) == nil)
    }

    @Test func `a question in another class is none`() throws {
        var bytes = WireMessage("example.com", .mx).bytes
        bytes[bytes.count - 1] = 3
        #expect(try parse(bytes) == nil)
    }

    @Test(arguments: [0x0100, 0xa980] as [UInt16])
    func `what is no response to a query is malformed`(flags: UInt16) {
        #expect(throws: MalformedResponse.self) { try parse(WireMessage("example.com", .mx, flags: flags).bytes) }
    }

    @Test(arguments: [
        // RDLENGTH too short for the name in it, too long, beyond the message, or not the size of the type.
        WireMessage.record("example.com", 15, data: [0, 10, 2, 0x6d, 0x78, 0], length: 3),
        WireMessage.record("example.com", 15, data: [0, 10, 2, 0x6d, 0x78, 0, 0xff]),
        WireMessage.record("example.com", 15, data: [0, 10, 2, 0x6d, 0x78, 0], length: 200),
        WireMessage.record("example.com", 15, data: [0]), WireMessage.record("example.com", 15, data: []),
        WireMessage.record("example.com", 15, data: [0, 1]), WireMessage.record("example.com", 1, data: [1, 2, 3]),
        WireMessage.record("example.com", 1, data: [1, 2, 3, 4, 5]), WireMessage.record("example.com", 28, data: [1, 2, 3, 4]),
        WireMessage.record("example.com", 5, data: []), WireMessage.record("example.com", 16, data: [5, 0x61]),
        WireMessage.record("example.com", 52, data: [3, 1]),
        // Names: a pointer to itself, forward, a reserved label type, a name above 255 octets.
        WireMessage.record("example.com", 5, data: [0xc0, 40]), WireMessage.record("example.com", 5, data: [0xff, 0xff]),
        WireMessage.record("example.com", 5, data: [0x80, 1]),
        WireMessage.record("example.com", 5, data: (0..<5).flatMap { _ in [63] + [UInt8](repeating: 0x61, count: 63) } + [0]),
        [0xc0], [63, 0x61], [],
    ])
    func `a record that breaks its frame makes the message malformed`(record: [UInt8]) {
        let message = WireMessage("example.com", .mx, answers: [record])
        #expect(throws: MalformedResponse.self) { try parse(message.bytes) }
    }

    @Test func `a pointer loop ends`() {
        var message = WireMessage("example.com", .mx)
        let start = UInt8(message.bytes.count)
        message.answers = [[0xc0, start + 2, 0xc0, start, 0, 15, 0, 1, 0, 0, 0, 0, 0, 0]]
        #expect(throws: MalformedResponse.self) { try parse(message.bytes) }
    }

    @Test func `of a truncated response only the question counts`() throws {
        let message = WireMessage("example.com", .mx, flags: WireMessage.truncatedFlags, answers: [[0xff, 0xff]])
        let response = try #require(try parse(message.bytes))
        #expect(response.isTruncated && response.answers.isEmpty)
    }

    @Test func `a TTL with the top bit set is 0`() throws {
        var message = WireMessage("example.com", .mx)
        message.answers = [
            WireMessage.cname("example.com", "x", ttl: 0x8000_0000), WireMessage.cname("example.com", "x", ttl: 0x7fff_ffff),
        ]
        #expect(try parse(message.bytes)?.answers.map(\.ttl) == [0, 0x7fff_ffff])
    }

    @Test func `the extended code and the extended errors are read`() throws {
        var message = WireMessage("example.com", .mx, flags: 0x8182)
        let text = Array("signature\r\nexpired\u{1b}[31m\0".utf8)
        message.additional = [
            WireMessage.opt([(10, [1, 2]), (15, [0, 7] + text), (15, [0, 22]), (15, [9]), (15, [1, 0, 0x78])], extendedCode: 1)
        ]
        let response = try #require(try parse(message.bytes))
        #expect(response.responseCode == 0x12)
        #expect(
            response.extendedErrors.map(\.description) == [
                "EDE 7 Signature Expired: signature\\x0d\\x0aexpired\\x1b[31m", "EDE 22 No Reachable Authority", "EDE 256: x",
            ])
    }

    @Test func `extended errors are bounded`() throws {
        var message = WireMessage("example.com", .mx)
        message.additional = [
            WireMessage.opt([(UInt16, [UInt8])](repeating: (15, [0, 6] + [UInt8](repeating: 0x61, count: 5_000)), count: 9))
        ]
        let response = try #require(try parse(message.bytes))
        #expect(response.extendedErrors.map(\.text.count) == [120, 120, 120, 120])
    }

    @Test func `options that are cut short end the list`() throws {
        var message = WireMessage("example.com", .mx)
        message.additional = [[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 9, 0, 15, 0, 2, 0, 6, 0, 15, 0]]
        #expect(try parse(message.bytes)?.extendedErrors.map(\.code) == [6])
    }

    @Test(arguments: [
        [WireMessage.opt([]), WireMessage.opt([])],
        [WireMessage.record("example.com", 41, data: [])],
    ])
    func `two OPT records or one with a name are malformed`(additional: [[UInt8]]) {
        var message = WireMessage("example.com", .mx)
        message.additional = additional
        #expect(throws: MalformedResponse.self) { try parse(message.bytes) }
    }
}
