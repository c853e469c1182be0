import NIOCore
import Testing

@testable import SMTP

@Suite struct ByteQueueTests {
    /// All lines of a text that arrives in the given pieces; what is `incomplete` is not listed.
    private func lines(_ buffers: [ByteBuffer], limit: Int) -> [String] {
        var queue = ByteQueue()
        var lines: [String] = []
        for buffer in buffers {
            queue.append(buffer)
            reading: while true {
                switch queue.nextLine(limit: limit) {
                case .line(let line, let bareLF): lines.append(String(buffer: line) + (bareLF ? "|LF" : "|"))
                case .tooLong: lines.append("too long")
                case .incomplete: break reading
                }
            }
        }
        return lines + ["left \(queue.count)"]
    }

    @Test(arguments: chunkSizes)
    func `lines come out alike however they arrive`(size: Int) {
        let text = "EHLO a\r\n\r\nx\n\ny\rz\r\r\n12345678\r\n123456789\r\n1234567890123456789012345678901\nok\r\nrest"
        let expected = ["EHLO a|", "|", "x|LF", "|LF", "y\rz\r|", "12345678|", "too long", "too long", "ok|", "left 4"]
        #expect(lines(chunks(text, of: size), limit: 10) == expected)
    }

    @Test func `a line that never ends is said to be too long once and is not kept`() {
        var queue = ByteQueue()
        var said = 0
        for _ in 0..<1000 {
            queue.append(ByteBuffer(string: String(repeating: "a", count: 100)))
            if queue.nextLine(limit: 512) == .tooLong { said += 1 }
            #expect(queue.count <= 600)
        }
        queue.append(ByteBuffer(string: "\r\nQUIT\r\n"))
        #expect(said == 1)
        #expect(queue.nextLine(limit: 512) == .line(ByteBuffer(string: "QUIT"), bareLF: false))
        #expect(queue.isEmpty)
    }

    @Test func `a line is too long as soon as no line end can come in time`() {
        var whole = queue("12345678\r\n")
        #expect(whole.nextLine(limit: 10) == .line(ByteBuffer(string: "12345678"), bareLF: false))
        var begun = queue("123456789")
        #expect(begun.nextLine(limit: 10) == .incomplete)
        begun.append(ByteBuffer(string: "0"))
        #expect(begun.nextLine(limit: 10) == .tooLong)
        #expect(begun.nextLine(limit: 10) == .incomplete)
    }

    @Test func `a line within one buffer is not copied`() {
        let buffer = ByteBuffer(string: "MAIL FROM:<a@example.org>\r\nDATA\r\n")
        let storage = buffer.withVeryUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        var queue = ByteQueue()
        queue.append(buffer)
        guard case .line(let line, false) = queue.nextLine(limit: 512), case .line(let second, false) = queue.nextLine(limit: 512) else {
            Issue.record("no line")
            return
        }
        #expect(line.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) } == storage)
        #expect(second.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) } == storage + 27)
    }

    @Test func `octets that come one by one are gathered`() {
        var queue = ByteQueue()
        let text = String(repeating: "0123456789", count: 100)
        for buffer in chunks(text, of: 1) { queue.append(buffer) }
        var buffers: [ByteBuffer] = []
        while let buffer = queue.next() { buffers.append(buffer) }
        #expect(buffers.count == 2)
        #expect(buffers.map { String(buffer: $0) }.joined() == text)
    }

    @Test func `gathering goes on behind a large buffer and after all was taken`() {
        var queue = ByteQueue()
        let large = String(repeating: "L", count: 3000)
        var expected = ""
        for text in ["a", "b", large, "c", "d", large, large, "e"] {
            queue.append(ByteBuffer(string: text))
            expected += text
        }
        #expect(queue.count == expected.utf8.count)
        var taken: [String] = []
        while let buffer = queue.next() { taken.append(String(buffer: buffer)) }
        #expect(taken.joined() == expected)
        #expect(taken.map(\.utf8.count) == [1, 1, 3000, 2, 3000, 3000, 1])
        queue.append(ByteBuffer(string: "f"))
        queue.append(ByteBuffer(string: "g"))
        #expect(queue.next().map { String(buffer: $0) } == "f")
        #expect(queue.next().map { String(buffer: $0) } == "g")
        #expect(queue.next() == nil)
    }

    @Test func `a buffer kept by another owner is not written to`() {
        var queue = ByteQueue()
        for text in ["a", "b", "c"] { queue.append(ByteBuffer(string: text)) }
        var copy = queue
        copy.append(ByteBuffer(string: "X"))
        queue.append(ByteBuffer(string: "Y"))
        _ = (copy.next(), queue.next())
        #expect(copy.next().map { String(buffer: $0) } == "bcX")
        #expect(queue.next().map { String(buffer: $0) } == "bcY")
    }

    @Test func `parts are taken and put back in order`() {
        var queue = queue("abcdef")
        queue.append(ByteBuffer(string: "gh"))
        #expect(queue.next(atMost: 2).map { String(buffer: $0) } == "ab")
        #expect(queue.next(atMost: 0) == nil)
        #expect(queue.count == 6)
        queue.putBack(ByteBuffer(string: "AB"))
        #expect(queue.count == 8)
        #expect(queue.next(atMost: 100).map { String(buffer: $0) } == "AB")
        #expect(queue.next().map { String(buffer: $0) } == "cdef")
        queue.putBack(ByteBuffer())
        #expect(queue.next().map { String(buffer: $0) } == "gh")
        #expect(queue.isEmpty)
        queue.putBack(ByteBuffer(string: "z"))
        #expect(queue.next().map { String(buffer: $0) } == "z")
    }

    @Test func `what was searched for a line end before is searched again when something is put before it`() {
        var queue = queue("abc")
        #expect(queue.nextLine(limit: 100) == .incomplete)
        queue.putBack(ByteBuffer(string: "x\r\n"))
        #expect(queue.nextLine(limit: 100) == .line(ByteBuffer(string: "x"), bareLF: false))
        #expect(queue.nextLine(limit: 100) == .incomplete)
        _ = queue.next(atMost: 2)
        queue.append(ByteBuffer(string: "\n"))
        #expect(queue.nextLine(limit: 100) == .line(ByteBuffer(string: "c"), bareLF: true))
    }

    @Test func `nothing is left after all was removed`() {
        var queue = queue("abc")
        queue.append(ByteBuffer(string: "d"))
        queue.removeAll()
        #expect(queue.isEmpty)
        #expect(queue.next() == nil)
        #expect(queue.nextLine(limit: 10) == .incomplete)
    }
}
