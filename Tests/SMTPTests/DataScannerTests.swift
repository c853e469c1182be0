import NIOCore
import Testing

@testable import SMTP

/// What a scan of a whole message came to, put together from all its buffers.
struct Scan: Equatable {
    var forwarded = ""
    var outcome = ScanResult.Outcome.more
    /// What the scanner left for the next command; not looked at for a smuggled end.
    var left = ""
}

func scan(_ buffers: [ByteBuffer]) -> Scan {
    var scanner = DataScanner()
    var scan = Scan()
    for var buffer in buffers {
        if scan.outcome == .more {
            let result = scanner.scan(&buffer)
            scan.forwarded += String(buffer: result.forward)
            scan.outcome = result.outcome
        }
        if scan.outcome == .end { scan.left += String(buffer: buffer) }
    }
    return scan
}

@Suite struct DataScannerTests {
    @Test(arguments: [
        (".\r\n", ""), ("\r\n.\r\n", ""), ("a\r\n.\r\n", "QUIT\r\n"), ("a\r\n.\r\n", ".\n"), ("..\r\n.a\r\n.\r\n", "x"),
        ("a\r\r\n.\r\n", ""), ("a\n\r\n.\r\n", "MAIL"), ("a\n..\n\n.b\r\n...\r.c\r\r\n\r\n.\r\n", "\r\n.\r\n"),
    ])
    func `data ends at a dot between two CRLFs`(data: String, after: String) {
        for size in chunkSizes {
            #expect(scan(chunks(data + after, of: size)) == Scan(forwarded: data, outcome: .end, left: after))
        }
    }

    @Test(
        arguments: [
            ("a", "\n.\n", .before), ("a", "\n.\r\n", .before), ("a", "\n.\r", .before), ("a", "\r.\r", .before), ("a", "\r.\n", .before),
            ("a", "\r.\r\n", .before), ("a\r\n", "\n.\r\n", .before), ("a\r\n", "\r.\r\n", .before), ("a\n", "\r.\n", .before),
            ("a", "\r\n.\n", .after), ("a", "\r\n.\rb", .after), ("a", "\r\n.\r.", .after), ("a", "\r\n.\r\r", .after),
            ("", ".\n", .after), ("", ".\rb", .after), ("", "\n.\n", .before), ("a\r\n..\r\n", "\n.\n", .before),
        ] as [(String, String, ScanResult.Smuggling)])
    func `a lone dot between any other line ends is smuggling and nothing of it is let past`(
        text: String, sequence: String, smuggling: ScanResult.Smuggling
    ) {
        for size in chunkSizes {
            let result = scan(chunks(text + sequence + "\r\nMAIL FROM:<x@example.org>\r\n.\r\n", of: size))
            #expect(result == Scan(forwarded: text, outcome: .smuggling(smuggling)))
        }
    }

    @Test(arguments: [
        ("a\r", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\r\n.", "a"), ("a\r\n.\r", "a"), ("a\n.", "a"), ("a\r.", "a"), (".", ""),
        (".\r", ""),
        ("a\r\r", "a\r"), ("a\n\n", "a\n"), ("a\r\n\r", "a\r\n"), ("a.", "a."), ("..", ".."), ("a\r\n..", "a\r\n.."), ("", ""),
    ])
    func `what may belong to an end of data is held back`(data: String, forwarded: String) {
        for size in chunkSizes {
            #expect(scan(chunks(data, of: size)) == Scan(forwarded: forwarded))
        }
    }

    @Test func `the end is taken once`() {
        var scanner = DataScanner()
        var buffer = ByteBuffer(string: "a\r\n.\r\nDATA\r\n.\r\n")
        #expect(scanner.scan(&buffer).outcome == .end)
        #expect(scanner.isFinished)
        let again = scanner.scan(&buffer)
        #expect(again == ScanResult(forward: ByteBuffer(), outcome: .end))
        #expect(String(buffer: buffer) == "DATA\r\n.\r\n")
    }

    @Test func `a buffer with nothing to hold back is passed without a copy`() {
        let text = ByteBuffer(string: "line one.\r\n.. line two. And so on")
        var buffer = text
        var scanner = DataScanner()
        let forward = scanner.scan(&buffer).forward
        #expect(forward == text)
        #expect(buffer.readableBytes == 0)
        let storage = text.withVeryUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(forward.withVeryUnsafeBytes { UInt(bitPattern: $0.baseAddress) } == storage)
    }
}
