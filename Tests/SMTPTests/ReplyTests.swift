import NIOCore
import Testing

@testable import SMTP

func encoded(_ reply: Reply) -> String {
    var buffer = ByteBuffer()
    reply.encode(into: &buffer)
    return String(buffer: buffer)
}

@Suite struct ReplyTests {
    @Test func `a reply is encoded with its code on each line`() {
        #expect(encoded(Reply(250, "2.1.0", "Ok")) == "250 2.1.0 Ok\r\n")
        #expect(encoded(Reply(354, nil, "Go on")) == "354 Go on\r\n")
        #expect(
            encoded(Reply(250, nil, lines: ["mx.example.net", "SIZE 10", "8BITMIME"]))
                == "250-mx.example.net\r\n250-SIZE 10\r\n250 8BITMIME\r\n")
        #expect(encoded(Reply(550, "5.7.1", lines: ["No", "Really"])) == "550-5.7.1 No\r\n550 5.7.1 Really\r\n")
        #expect(encoded(Reply(250, nil, lines: [])) == "250 \r\n")
        #expect(encoded(Reply(250, nil, lines: ["", ""])) == "250-\r\n250 \r\n")
    }

    @Test func `hostile text stays within its line`() {
        let reply = Reply(451, "4.7.5", "bad\r\n250 ok\0\u{9b}\u{1b}[2J")
        #expect(encoded(reply) == "451 4.7.5 bad\\x0d\\x0a250 ok\\x00\\xc2\\x9b\\x1b[2J\r\n")
    }

    @Test func `no line is longer than 512 octets`() {
        for filler in ["a", "\u{0}", "ä", "\r\n"] {
            let reply = Reply(250, nil, lines: Array(repeating: String(repeating: filler, count: 600), count: 3))
            let lines = encoded(reply).utf8.split(separator: UInt8(ascii: "\n"))
            #expect(lines.count == 3)
            #expect(lines.allSatisfy { $0.count + 1 <= 512 && $0.count > 500 })
        }
    }

    @Test func `a reply has no more than a hundred lines`() {
        #expect(Reply(250, nil, lines: Array(repeating: "x", count: 200)).lines.count == 100)
    }

    @Test(arguments: [-1, 0, 99, 199, 600, 1000, Int.max, Int.min])
    func `a code that cannot be sent becomes 451`(code: Int) {
        #expect(encoded(Reply(code, nil, "x")) == "451 x\r\n")
    }

    @Test func `the first digit says what became of the command`() {
        #expect(Reply(250, nil, "").isPositive)
        #expect(Reply(354, nil, "").isIntermediate)
        #expect(Reply(421, nil, "").isTransient)
        #expect(Reply(599, nil, "").isPermanent)
        #expect(!Reply(354, nil, "").isPositive && !Reply(421, nil, "").isPermanent)
    }

    @Test(
        arguments: [
            (550, "5.7.1 No", "5.7.1"), (250, "2.1.5", "2.1.5"), (451, "4.300.12 x", "4.300.12"), (550, "4.7.1 No", nil),
            (550, "5.7 No", nil),
            (550, "5.7.1234 No", nil), (550, "55.7.1 No", nil), (550, "5.7.1. No", nil), (550, "5.7.x", nil), (550, "5..1", nil),
            (550, "", nil),
            (550, "5.7.1No", nil),
        ] as [(Int, String, String?)])
    func `the enhanced status code is read where it is one`(code: Int, text: String, expected: String?) {
        #expect(Reply(code, nil, text).enhancedStatus == expected)
    }

    @Test func `a permanent reply becomes a transient one with its text`() {
        #expect(
            encoded(Reply(550, "5.1.1", lines: ["No such user", "Sorry"]).asTransient) == "451-4.1.1 No such user\r\n451 4.1.1 Sorry\r\n")
        #expect(encoded(Reply(554, nil, "Go away, 5.7.1").asTransient) == "451 Go away, 5.7.1\r\n")
        for reply in [Reply(250, "2.0.0", "Ok"), Reply(354, nil, "Go"), Reply(421, "4.3.2", "Busy")] {
            #expect(reply.asTransient == reply)
        }
    }
}
