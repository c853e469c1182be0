import NIOCore
import TestSupport
import Testing

@testable import SMTP

@Suite struct CommandTests {
    @Test(
        arguments: [
            ("HELO mx.example.org", .helo("mx.example.org")), ("ehlo [192.0.2.1]", .ehlo("[192.0.2.1]")), ("EHLO  a b  ", .ehlo("a b")),
            ("DATA", .data), ("data  ", .data), ("RSET", .rset), ("QUIT", .quit), ("NOOP", .noop), ("NOOP anything at all", .noop),
            ("BDAT 0", .bdat(size: 0, last: false)), ("bdat 1234 last", .bdat(size: 1234, last: true)),
            ("BDAT  7  LAST ", .bdat(size: 7, last: true)),
            ("VRFY postmaster", .vrfy), ("EXPN list", .expn), ("HELP", .help), ("AUTH PLAIN AGEAYg==", .auth), ("STARTTLS", .starttls),
            ("STARTTLS now", .starttls), ("ETRN example.org", .etrn), ("XCLIENT ADDR=1.2.3.4", .unknown("XCLIENT")),
            ("GET / HTTP/1.1", .unknown("GET")), ("MAILFROM:<>", .unknown("MAILFROM:<>")), ("DATAX", .unknown("DATAX")),
            ("é", .unknown(#"\XC3\XA9"#)),
        ] as [(String, Command)])
    func `a command is read`(line: String, command: Command) throws {
        #expect(try parse(line) == command)
    }

    @Test(arguments: [
        ("99999999999999999999", Int.max), ("9223372036854775807", Int.max), ("9223372036854775808", Int.max),
        ("18446744073709551616", Int.max),
        ("9223372036854775806", Int.max - 1), ("00000000000000000012", 12),
    ])
    func `sizes of up to twenty digits are read without a trap`(digits: String, size: Int) throws {
        #expect(try parse("BDAT \(digits)") == .bdat(size: size, last: false))
        guard case .mail(let mail) = try parse("MAIL FROM:<> SIZE=\(digits)") else {
            Issue.record("no MAIL")
            return
        }
        #expect(mail.size == size)
    }

    @Test(arguments: [
        "BDAT", "BDAT x", "BDAT -1", "BDAT +1", "BDAT 1 LAST 2", "BDAT 1 2", "BDAT 100000000000000000000", "BDAT 1x", "bdat 1 LASTX",
    ])
    func `a BDAT that cannot be read leaves unknown octets behind`(line: String) {
        let error = #expect(throws: CommandError.self) { try parse(line) }
        #expect(error?.reply.code == 501)
        #expect(error?.reply.enhancedStatus == "5.5.4")
        #expect(error?.losesFraming == true)
    }

    @Test(arguments: [
        "HELO", "EHLO ", "DATA x", "RSET x", "QUIT x", "MAIL", "MAIL TO:<a@example.org>", "MAIL FROM", "MAIL FROM <a@b.example>",
        "RCPT", "RCPT FROM:<a@example.org>", "RCPT TO", "MAIL FROMX:<>",
    ])
    func `wrong arguments are 501`(line: String) {
        let error = #expect(throws: CommandError.self) { try parse(line) }
        #expect(error?.reply.code == 501)
        #expect(error?.reply.enhancedStatus == "5.5.4")
        #expect(error?.losesFraming == false)
    }

    @Test(arguments: [
        "", " ", " QUIT", "QUIT\r", "QU\0IT", "MAIL FROM:<a\r@example.org>", "NOOP \u{1b}[2J", "NOOP \u{7f}",
        "RCPT TO:<a@example.org>\nRCPT TO:<b@example.net>", "NOOP \u{9b}2J", "RCPT TO:<\u{85}@example.org>",
    ])
    func `an empty line and controls are 500`(line: String) {
        let error = #expect(throws: CommandError.self) { try parse(line) }
        #expect(error?.reply.code == 500)
        #expect(error?.reply.enhancedStatus == "5.5.2")
    }

    @Test func `octets that are not UTF-8 are 500`() {
        for octets: [UInt8] in [[0xff], [0xc3], [0xc0, 0xae], [0xed, 0xa0, 0x80]] {
            let error = #expect(throws: CommandError.self) {
                try Command.parse(ByteBuffer(bytes: Array("NOOP ".utf8) + octets), bareLF: false)
            }
            #expect(error?.reply.code == 500)
        }
    }

    @Test func `a line that ended with LF alone is 500`() {
        let error = #expect(throws: CommandError.self) { try Command.parse(ByteBuffer(string: "QUIT"), bareLF: true) }
        #expect(error?.reply.code == 500)
        #expect(error?.losesFraming == false)
        let chunk = #expect(throws: CommandError.self) { try Command.parse(ByteBuffer(string: "Bdat 5"), bareLF: true) }
        #expect(chunk?.losesFraming == true)
    }

    @Test func `a line is at most 4096 octets long`() throws {
        let longest = "NOOP " + String(repeating: "a", count: 4096 - 2 - 5)
        #expect(try parse(longest) == .noop)
        #expect(throws: CommandError.self) { try parse(longest + "a") }
    }

    @Test func `the verb of an unknown command is cut`() throws {
        guard case .unknown(let verb) = try parse(String(repeating: "X", count: 100)) else {
            Issue.record("known")
            return
        }
        #expect(verb.utf8.count == 32)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random lines are read or refused and never lead out of bounds`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "MAIL FROM:", "RCPT TO:", "<", ">", "@", "\"", "\\", "a", ".", "example.org", "[", "]", "IPv6:", "::1", "192.0.2.1", " ",
            "SIZE=", "9", "=",
            "BODY=8BITMIME", "é", "。", "xn--", "-", "_", ":", "BDAT ", ",", "postmaster", "(", "SMTPUTF8",
        ]
        var accepted = 0
        for _ in 0..<5000 {
            var line = ["MAIL FROM:<", "RCPT TO:<", "", "RCPT TO:<a@", "RCPT TO:<\""].randomElement(using: &generator) ?? ""
            for _ in 0..<Int.random(in: 0..<10, using: &generator) { line += pieces.randomElement(using: &generator) ?? "" }
            guard let command = try? parse(line) else { continue }
            accepted += 1
            guard case .rcpt(let rcpt) = command, case .name(let name) = rcpt.domain else { continue }
            // Whatever was accepted, its domain is made of letters, digits, hyphens, dots and underscores, and the path leads to it.
            #expect(name.text.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .dot || $0 == UInt8(ascii: "_") })
            #expect(rcpt.forwardPath.hasPrefix(rcpt.localPart + "@"))
        }
        #expect(accepted > 50)
    }
}
