import NIOCore
import TestSupport
import Testing

@testable import DNS

@Suite struct QueryMessageTests {
    @Test func `a query asks for recursion and DNSSEC with 1232 octets`() throws {
        let query = try #require(QueryMessage(Question(name: "mx.example", type: .tlsa)))
        let header: [UInt8] = [0xab, 0xcd, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        let question = WireMessage.name("mx.example") + [0, 52, 0, 1]
        // Root, OPT, 1232, extended code and version 0, DO.
        let options: [UInt8] = [0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0]
        #expect(Array(query.encoded(id: 0xabcd).readableBytesView) == header + question + options)
    }

    @Test func `checking is disabled by the CD bit alone`() throws {
        let question = Question(name: "mx.example", type: .a)
        let plain = try #require(QueryMessage(question)).encoded(id: 1)
        let unchecked = try #require(QueryMessage(question, checkingDisabled: true)).encoded(id: 1)
        let differing = zip(plain.readableBytesView, unchecked.readableBytesView).enumerated().filter { $0.element.0 != $0.element.1 }
        #expect(differing.map(\.offset) == [3])
        #expect(unchecked.getInteger(at: 3, as: UInt8.self) == 0x10)
    }

    @Test func `over TCP the length goes first`() throws {
        let query = try #require(QueryMessage(Question(name: "example", type: .mx)))
        var framed = query.framed(id: 7)
        #expect(framed.readInteger(as: UInt16.self) == UInt16(framed.readableBytes))
        #expect(framed == query.encoded(id: 7))
    }

    @Test func `the root can be asked for`() throws {
        let query = try #require(QueryMessage(Question(name: "", type: .soa)))
        #expect(Array(query.encoded(id: 0).readableBytesView.dropFirst(12).prefix(5)) == [0, 0, 6, 0, 1])
    }
}
