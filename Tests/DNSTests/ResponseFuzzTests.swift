import NIOCore
import TestSupport
import Testing

@testable import DNS

/// Whatever bytes come, the parser returns; and what it takes for an answer it can read through to the end.
@Suite struct ResponseFuzzTests {
    private static let question = Question(name: "example.com", type: .mx)

    private static var valid: WireMessage {
        var message = WireMessage("example.com", .mx, flags: WireMessage.authenticFlags)
        message.answers = [
            WireMessage.cname("example.com", "b.example.com"), [0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 9, 0, 7, 0, 10, 2, 0x6d, 0x78, 0xc0, 12],
            WireMessage.tlsa("t", [1, 2]), WireMessage.record("t", 16, data: [2, 0x61, 0x62, 0, 1, 0x63]),
            WireMessage.rrsig("example.com", covering: 15, expiration: 99), WireMessage.record("t", 47, data: [1, 0x61, 0, 0, 1, 0x40]),
            WireMessage.record("t", 50, data: [1, 0, 0, 1, 0, 1, 9, 0, 1, 0x40]), WireMessage.record("t", 65_000, data: [1, 2, 3]),
        ]
        message.authority = [WireMessage.soa("com", minimum: 7)]
        message.additional = [WireMessage.opt([(15, [0, 6, 0x61])])]
        return message
    }

    /// True if the bytes were taken for an answer.
    private func read(_ bytes: [UInt8]) -> Bool {
        guard let response = try? ResponseMessage.parse(ByteBuffer(bytes: bytes), for: Self.question) else { return false }
        for status in [DNSSECStatus.secure, .insecure] {
            _ = try? StoredAnswer(response, to: Self.question, status: status, now: 1_700_000_000)
        }
        return true
    }

    @Test func `a message cut short anywhere is no answer`() {
        let whole = Self.valid.bytes
        #expect(read(whole))
        for length in 0..<whole.count { #expect(!read(Array(whole.prefix(length)))) }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random bytes are no answer`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var answers = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...200, using: &generator)
            answers += read((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }) ? 1 : 0
        }
        #expect(answers == 0)
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `a message with changed bytes is read or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let whole = Self.valid.bytes
        var answers = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // Behind the question, so that the records are reached.
                bytes[Int.random(in: 29..<bytes.count, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
            }
            answers += read(bytes) ? 1 : 0
        }
        #expect(answers > 0 && answers < 20_000)
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `random records behind a right question are read or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let types: [UInt16] = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 43, 46, 47, 48, 50, 51, 52, 55, 64, 65, 250, 257]
        for _ in 0..<20_000 {
            var message = WireMessage("example.com", .mx)
            message.answers = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                let data = (0..<Int.random(in: 0...24, using: &generator)).map { _ in UInt8.random(in: 0...70, using: &generator) }
                return WireMessage.record("example.com", types.randomElement(using: &generator) ?? 1, data: data)
            }
            _ = read(message.bytes)
        }
    }
}
