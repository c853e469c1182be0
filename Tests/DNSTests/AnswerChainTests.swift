import Basics
import NIOCore
import TestSupport
import Testing

@testable import DNS

@Suite struct AnswerChainTests {
    private static let now: Int64 = 1_700_000_000

    private func answer(_ message: WireMessage, status: DNSSECStatus = .insecure, now: Int64 = now) throws -> StoredAnswer {
        let type = try #require(RecordType(rawValue: message.question.type))
        let question = Question(name: try DomainName(message.question.name, as: .wire), type: type)
        let response = try #require(try ResponseMessage.parse(ByteBuffer(bytes: message.bytes), for: question))
        return try StoredAnswer(response, to: question, status: status, now: now)
    }

    private func addresses(_ message: WireMessage, status: DNSSECStatus = .insecure, now: Int64 = now) throws -> DNSAnswer<IPAddress> {
        guard case .addresses(let answer) = try answer(message, status: status, now: now) else { throw MalformedResponse("another type") }
        return answer
    }

    /// The failure of the message, which must have one.
    private func failure(_ message: WireMessage) throws -> DNSFailure? {
        #expect(throws: DNSFailure.self) { try answer(message) }
    }

    @Test func `a chain of CNAMEs is followed in any order, with the least TTL`() throws {
        let message = WireMessage(
            "a.example", .a,
            answers: [
                WireMessage.a("C.example", "192.0.2.1", ttl: 100), WireMessage.cname("b.example", "c.example", ttl: 50),
                WireMessage.cname("A.example", "B.example", ttl: 70),
            ])
        let answer = try addresses(message)
        #expect(answer.name == "a.example")
        #expect(answer.canonicalName == "c.example")
        #expect(answer.records.map(\.description) == ["192.0.2.1"])
        #expect(answer.ttl == 50)
    }

    @Test func `records that are not on the chain are not part of the answer`() throws {
        let message = WireMessage(
            "a.example", .a,
            answers: [
                WireMessage.a("a.example", "192.0.2.1"), WireMessage.a("evil.example", "192.0.2.66", ttl: 1),
                WireMessage.cname("other.example", "a.example", ttl: 1), WireMessage.mx("a.example", 1, "mx"),
            ])
        let answer = try addresses(message)
        #expect(answer.records.map(\.description) == ["192.0.2.1"])
        #expect(answer.ttl == 300)
    }

    private func chain(_ count: Int) -> WireMessage {
        let aliases = (0..<count).map { WireMessage.cname("c\($0).example", "c\($0 + 1).example") }
        return WireMessage("c0.example", .a, answers: aliases + [WireMessage.a("c\(count).example", "192.0.2.1")])
    }

    @Test func `eight CNAMEs are followed and nine are too many`() throws {
        #expect(try addresses(chain(8)).canonicalName == "c8.example")
        #expect(try failure(chain(9))?.kind == .tooMany)
    }

    @Test func `a loop of CNAMEs is a failure`() throws {
        let message = WireMessage(
            "a.example", .a, answers: [WireMessage.cname("a.example", "b.example"), WireMessage.cname("b.example", "a.example")])
        #expect(try failure(message)?.kind == .tooMany)
    }

    @Test func `two CNAMEs, or a CNAME beside the records, are malformed`() throws {
        let two = [WireMessage.cname("a.example", "b.example"), WireMessage.cname("a.example", "c.example")]
        #expect(try failure(WireMessage("a.example", .a, answers: two))?.kind == .malformed)
        let beside = [WireMessage.cname("a.example", "b.example"), WireMessage.a("a.example", "192.0.2.1")]
        #expect(try failure(WireMessage("a.example", .a, answers: beside))?.kind == .malformed)
    }

    @Test func `NXDOMAIN with records of the name is malformed`() throws {
        let message = WireMessage("a.example", .a, flags: 0x8183, answers: [WireMessage.a("a.example", "192.0.2.1")])
        #expect(try failure(message)?.kind == .malformed)
    }

    @Test func `a CNAME that is asked for is not followed`() throws {
        let message = WireMessage(
            "a.example", .cname,
            answers: [WireMessage.cname("a.example", "b.example", ttl: 9), WireMessage.cname("b.example", "c.example")])
        guard case .cname(let answer) = try answer(message) else { throw MalformedResponse("another type") }
        #expect(answer.records == ["b.example"])
        #expect(answer.canonicalName == "a.example")
        #expect(answer.ttl == 9)
    }

    @Test(arguments: [
        (WireMessage.soa("example", ttl: 3_600, minimum: 300), 300), (WireMessage.soa("example", ttl: 200, minimum: 300), 200),
        (WireMessage.soa("example", ttl: 5, minimum: 5), 60), (WireMessage.soa("example", ttl: 99_999, minimum: 99_999), 1_800),
        (WireMessage.soa("other", ttl: 900, minimum: 900), 60), (WireMessage.soa("", ttl: 900, minimum: 900), 900),
    ])
    func `a denial lasts as long as the SOA says, within bounds`(soa: [UInt8], ttl: Int) throws {
        let noData = try addresses(WireMessage("a.example", .a, authority: [soa]))
        #expect(noData.outcome == .noData)
        #expect(noData.ttl == ttl)
        let nxDomain = try addresses(WireMessage("a.example", .a, flags: 0x8183, authority: [soa]))
        #expect(nxDomain.outcome == .nxDomain)
        #expect(nxDomain.ttl == ttl)
    }

    @Test func `the target of a CNAME may not exist`() throws {
        let message = WireMessage(
            "a.example", .a, flags: 0x8183, answers: [WireMessage.cname("a.example", "b.example", ttl: 90)],
            authority: [WireMessage.soa("example", minimum: 900)])
        let answer = try addresses(message)
        #expect(answer.outcome == .nxDomain)
        #expect(answer.canonicalName == "b.example")
        #expect(answer.ttl == 90)
    }

    @Test func `a denial without SOA lasts a minute`() throws {
        #expect(try addresses(WireMessage("a.example", .a)).ttl == 60)
    }

    @Test func `TTLs are clamped to a day`() throws {
        #expect(try addresses(WireMessage("a.example", .a, answers: [WireMessage.a("a.example", "192.0.2.1", ttl: 999_999)])).ttl == 86_400)
    }

    @Test(arguments: [
        (DNSSECStatus.secure, UInt32(now + 40), 40), (.insecure, UInt32(now + 40), 300), (.secure, UInt32(now - 1), 0),
        (.secure, UInt32(now + 9_999), 300),
    ])
    func `a secure answer does not outlive its signature`(status: DNSSECStatus, expiration: UInt32, ttl: Int) throws {
        let message = WireMessage(
            "a.example", .a,
            answers: [WireMessage.a("a.example", "192.0.2.1"), WireMessage.rrsig("a.example", covering: 1, expiration: expiration)])
        #expect(try addresses(message, status: status).ttl == ttl)
    }

    @Test func `a signature may expire past the end of the 32-bit count`() throws {
        let message = WireMessage(
            "a.example", .a,
            answers: [WireMessage.a("a.example", "192.0.2.1"), WireMessage.rrsig("a.example", covering: 1, expiration: 10)])
        #expect(try addresses(message, status: .secure, now: 0xffff_fff0).ttl == 26)
    }

    @Test func `mail exchangers are sorted, without duplicates, and at most 20`() throws {
        let many = (1...30).map { WireMessage.mx("d.example", UInt16(100 - $0), "mx\($0).example") }
        let doubled = [
            WireMessage.mx("d.example", 5, "b.example"), WireMessage.mx("d.example", 5, "a.example"),
            WireMessage.mx("d.example", 9, "A.example"),
        ]
        guard case .mx(let answer) = try answer(WireMessage("d.example", .mx, answers: many + doubled)) else {
            throw MalformedResponse("another type")
        }
        #expect(answer.records.count == 20)
        #expect(answer.records.prefix(3).map(\.description) == ["5 a.example", "5 b.example", "70 mx30.example"])
        #expect(answer.records.map(\.preference) == answer.records.map(\.preference).sorted())
    }

    @Test(arguments: [
        ([WireMessage.mx("d.example", 0, "")], ["0 ."]),
        ([WireMessage.mx("d.example", 0, ""), WireMessage.mx("d.example", 10, "mx.example")], ["10 mx.example"]),
    ])
    func `a null MX counts only alone`(answers: [[UInt8]], expected: [String]) throws {
        guard case .mx(let answer) = try answer(WireMessage("d.example", .mx, answers: answers)) else {
            throw MalformedResponse("another type")
        }
        #expect(answer.records.map(\.description) == expected)
    }

    @Test func `64 TLSA records are an answer and 65 a failure`() throws {
        func message(_ count: Int) -> WireMessage {
            WireMessage("t.example", .tlsa, answers: (0..<count).map { WireMessage.tlsa("t.example", [UInt8($0)]) })
        }
        guard case .tlsa(let answer) = try answer(message(64)) else { throw MalformedResponse("another type") }
        #expect(answer.records.count == 64)
        #expect(answer.records[10].description == "3 1 1 0a")
        #expect(try failure(message(65))?.kind == .tooMany)
    }

    @Test func `16 KiB of TLSA records are an answer and more a failure`() throws {
        func message(_ octets: [Int]) -> WireMessage {
            let records = octets.map { WireMessage.record("t.example", 52, ttl: 300, data: [3, 0, 0] + Array(repeating: 1, count: $0)) }
            return WireMessage("t.example", .tlsa, answers: records)
        }
        guard case .tlsa(let answer) = try answer(message([8189, 8189])) else { throw MalformedResponse("another type") }
        #expect(answer.records.count == 2)
        #expect(try failure(message([8189, 8190]))?.kind == .tooMany)
    }

    @Test func `TLSA records are used for an hour at most`() throws {
        let record = WireMessage.record("t.example", 52, ttl: 80_000, data: [3, 1, 1, 0])
        #expect(try answer(WireMessage("t.example", .tlsa, answers: [record])).ttl == 3_600)
    }

    @Test func `the strings of a TXT record are joined and records are not`() throws {
        let records = [[3, 0x61, 0x62, 0x63, 1, 0x64], [0], [2, 0x0d, 0xff]].map { WireMessage.record("x.example", 16, data: $0) }
        guard case .txt(let answer) = try answer(WireMessage("x.example", .txt, answers: records)) else {
            throw MalformedResponse("another type")
        }
        #expect(answer.records == [Array("abcd".utf8), [], [0x0d, 0xff]])
    }
}
