import NIOCore
import Testing

@testable import Admin

@Suite struct `Lines of the control socket` {
    @Test(arguments: [1, 2, 3, 5, 1000])
    func `lines come out whole, whatever the chunks`(size: Int) {
        let text = Array("one\n\nthree\nrest".utf8)
        var reader = LineReader(limit: 5)
        var lines: [LineReader.Line] = []
        for start in stride(from: 0, to: text.count, by: size) {
            reader.append(ByteBuffer(bytes: text[start..<min(start + size, text.count)]))
            while case let line = reader.next(), line != .incomplete { lines.append(line) }
        }
        #expect(lines == [.line(Array("one".utf8)), .line([]), .line(Array("three".utf8))])
    }

    @Test(arguments: ["123456", "123456\n", "123456789"])
    func `a line that is too long is told, with or without its end`(text: String) {
        var reader = LineReader(limit: 5)
        reader.append(ByteBuffer(string: text))
        #expect(reader.next() == .tooLong)
    }
}
