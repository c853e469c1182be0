import NIOCore
import TestSupport
import Testing

@testable import SMTP

@Suite struct ReplyParserTests {
    /// All replies of a text that arrives in pieces of `size` octets, and the failure if there is one.
    private func replies(_ text: some Collection<UInt8>, size: Int) -> (replies: [Reply], failure: String?) {
        var queue = ByteQueue()
        var parser = ReplyParser(maximumLine: 4096)
        var replies: [Reply] = []
        for buffer in chunks(text, of: size) {
            queue.append(buffer)
            reading: while true {
                switch parser.next(from: &queue) {
                case .reply(let reply): replies.append(reply)
                case .incomplete: break reading
                case .malformed(let reason): return (replies, reason)
                }
            }
        }
        return (replies, nil)
    }

    @Test(arguments: chunkSizes)
    func `replies come out alike however they arrive`(size: Int) {
        let text = "220-mx.example.net\r\n220-\r\n220 hello\r\n250 ok\n354\r\n250-a\n250\r\n550 5.7.1 a\tb \r\r\n2"
        let (replies, failure) = replies(text.utf8, size: size)
        #expect(failure == nil)
        let expected = [
            Reply(220, nil, lines: ["mx.example.net", "", "hello"]), Reply(250, nil, "ok"), Reply(354, nil, ""),
            Reply(250, nil, lines: ["a", ""]), Reply(550, nil, "5.7.1 a b "),
        ]
        #expect(replies == expected)
    }

    @Test func `a well-formed reply is encoded as it was read`() {
        let text = "250-mx.example.net at your service\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        #expect(replies(text.utf8, size: 7).replies.map(encoded) == [text])
    }

    @Test(arguments: [
        "ok\r\n", "25\r\n", "\r\n", "2500 ok\r\n", "250ok\r\n", " 250 ok\r\n", "-25 ok\r\n", "25a ok\r\n", "HTTP/1.1 400 Bad Request\r\n",
        "\u{662}50 ok\r\n", "\0\u{1b}[2J\n\n\n",
    ])
    func `lines that are no reply are passed over, before one and within`(text: String) {
        for size in chunkSizes {
            let (replies, failure) = replies("\(text)250-a\r\n\(text)250 b\r\n\(text)354 go\r\n".utf8, size: size)
            #expect(replies == [Reply(250, nil, lines: ["a", "b"]), Reply(354, nil, "go")])
            #expect(failure == nil)
        }
        var parser = ReplyParser(maximumLine: 4096)
        var queue = queue("\(text)250 b\r\n")
        _ = parser.next(from: &queue)
        #expect(parser.takeQuirk()?.utf8.allSatisfy { $0.isPrintable } == true)
        #expect(parser.takeQuirk() == nil)
    }

    @Test(arguments: [("250-a\r\n550 b\r\n", 550), ("220-a\r\n521 b\r\n", 521), ("250-a\r\n251-b\r\n252 c\r\n", 252)])
    func `the code of the last line counts`(text: String, code: Int) {
        for size in chunkSizes { #expect(replies(text.utf8, size: size).replies.map(\.code) == [code]) }
    }

    @Test(arguments: ["150 ok\r\n", "600 no\r\n", "999\r\n", "000\r\n"])
    func `what is no reply is malformed and stays so`(text: String) {
        for size in chunkSizes {
            var queue = ByteQueue()
            var parser = ReplyParser(maximumLine: 4096)
            for buffer in chunks(text, of: size) { queue.append(buffer) }
            queue.append(ByteBuffer(string: "250 ok\r\n"))
            guard case .malformed(let first) = parser.next(from: &queue) else {
                Issue.record("not malformed")
                return
            }
            #expect(!first.isEmpty && first.utf8.allSatisfy { $0.isPrintable })
            #expect(parser.next(from: &queue) == .malformed(first))
        }
    }

    @Test(arguments: chunkSizes)
    func `lines and their number are bounded`(size: Int) {
        #expect(replies(("250 " + String(repeating: "a", count: 4090) + "\r\n250 ok\r\n").utf8, size: size).replies.count == 2)
        #expect(replies(("250 " + String(repeating: "a", count: 4091) + "\r\n").utf8, size: size).failure != nil)
        let line = "250-a\r\n"
        #expect(replies((String(repeating: line, count: 99) + "250 a\r\n").utf8, size: size).replies.map(\.lines.count) == [100])
        // More are read, and not kept.
        #expect(replies((String(repeating: line, count: 500) + "250 a\r\n").utf8, size: size).replies.map(\.lines.count) == [100])
        #expect(replies(String(repeating: line, count: 1200).utf8, size: size).failure != nil)
        #expect(replies(String(repeating: "x\r\n", count: 1001).utf8, size: size).failure != nil)
    }

    @Test func `hostile octets do not get out of a reply`() {
        let (replies, _) = replies(Array("250 a\0b\u{1b}\u{9b}\rc\r\n".utf8), size: 3)
        #expect(replies.map(encoded) == ["250 a\\x00b\\x1b\\xc2\\x9b\\x0dc\r\n"])
    }

    @Test func `a reply begun is known`() {
        var queue = queue("250-a\r\n")
        var parser = ReplyParser(maximumLine: 4096)
        #expect(!parser.isWithinReply)
        #expect(parser.next(from: &queue) == .incomplete)
        #expect(parser.isWithinReply)
        queue.append(ByteBuffer(string: "250 b\r\n"))
        #expect(parser.next(from: &queue) == .reply(Reply(250, nil, lines: ["a", "b"])))
        #expect(!parser.isWithinReply)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random octets give the same in every cut`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("25 -\r\n\0é250 250-\r\n\t".utf8)
        for _ in 0..<200 {
            let text = (0..<120).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            let input = Array("250 ok\r\n250-".utf8) + text
            let whole = replies(input, size: 1000)
            #expect(whole.replies.count >= 1)
            for size in [1, 2, 3, 5] {
                let cut = replies(input, size: size)
                #expect(cut.replies == whole.replies)
                #expect(cut.failure == whole.failure)
            }
        }
    }
}
