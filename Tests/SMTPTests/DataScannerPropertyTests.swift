import Basics
import NIOCore
import TestSupport
import Testing

@testable import SMTP

/// The rules again, in one pass over the whole data, by looking at each dot and its neighbours.
private func reference(_ data: [UInt8]) -> Scan {
    let cr = UInt8(ascii: "\r")
    let lf = UInt8(ascii: "\n")
    func text(_ octets: some Collection<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }
    for dot in data.indices where data[dot] == UInt8(ascii: ".") {
        let before = data[..<dot]
        let after = data[(dot + 1)...]
        let followsCRLF = before.isEmpty || before.suffix(2).elementsEqual([cr, lf])
        let followsLineEnd = followsCRLF || before.last == cr || before.last == lf
        guard followsLineEnd, let next = after.first, next == cr || next == lf else { continue }
        if !followsCRLF { return Scan(forwarded: text(before.dropLast()), outcome: .smuggling(.before)) }
        if after.starts(with: [cr, lf]) {
            return Scan(forwarded: text(data[..<(dot + 3)]), outcome: .end, left: text(data[(dot + 3)...]))
        }
        if after.elementsEqual([cr]) { continue }
        return Scan(forwarded: text(before.dropLast(min(2, before.count))), outcome: .smuggling(.after))
    }
    // Undecided: the longest end that some end of data begins with.
    let starts = ["\r\n.\r", "\r\n.", "\r.", "\n.", "\r\n", "\r", "\n"]
    let whole = text(data)
    let held = [".", ".\r"].contains(whole) ? whole : starts.first { text(data.suffix($0.utf8.count)).utf8.elementsEqual($0.utf8) } ?? ""
    return Scan(forwarded: text(data.dropLast(held.utf8.count)))
}

@Suite struct DataScannerPropertyTests {
    private static let alphabet: [UInt8] = Array("\r\n.a".utf8)

    /// The data cut after each octet whose bit is set in `cuts`.
    private func cut(_ data: [UInt8], _ cuts: Int) -> [ByteBuffer] {
        var buffers: [ByteBuffer] = []
        var piece = ByteBuffer()
        for (index, octet) in data.enumerated() {
            piece.writeInteger(octet)
            if cuts >> index & 1 == 1 || index == data.count - 1 {
                buffers.append(piece)
                piece = ByteBuffer()
            }
        }
        return buffers
    }

    @Test(arguments: 1...6)
    func `every data of a few octets cut in every way gives what the rules give`(length: Int) {
        var failures = 0
        for number in 0..<(1 << (2 * length)) {
            let data = (0..<length).map { Self.alphabet[number >> (2 * $0) & 3] }
            let expected = reference(data)
            for cuts in 0..<(1 << (length - 1)) where scan(cut(data, cuts)) != expected {
                failures += 1
                if failures < 5 { Issue.record("\(printable(data, limit: 100)) cut \(cuts): \(scan(cut(data, cuts))), not \(expected)") }
            }
        }
        #expect(failures == 0)
    }

    /// What is behind the end of the data for a reader that goes on after each smuggled one; nil if the data does not end.
    private func leftIgnoringSmuggling(_ buffers: [ByteBuffer]) -> String? {
        var scanner = DataScanner()
        var left = ""
        for var buffer in buffers {
            while buffer.readableBytes > 0, !scanner.isFinished {
                if case .smuggling = scanner.scan(&buffer).outcome { scanner.ignoreSmuggling() }
            }
            left += String(buffer: buffer)
        }
        return scanner.isFinished ? left : nil
    }

    @Test(arguments: 3...7)
    func `data that is dropped ends at the first dot between two CRLFs whatever was smuggled before`(length: Int) {
        let end = Array("\r\n.\r\n".utf8)
        var failures = 0
        for number in 0..<(1 << (2 * length)) {
            let data = (0..<length).map { Self.alphabet[number >> (2 * $0) & 3] }
            // The start of the data counts as after a CRLF.
            let whole = end.prefix(2) + data
            let start = (0..<max(0, whole.count - 4)).first { whole[$0..<($0 + 5)].elementsEqual(end) }
            let expected = start.map { String(decoding: whole[($0 + 5)...], as: UTF8.self) }
            for cuts in [0, ~0, number] where leftIgnoringSmuggling(cut(data, cuts)) != expected {
                failures += 1
                if failures < 5 { Issue.record("\(printable(data, limit: 100)) cut \(cuts)") }
            }
        }
        #expect(failures == 0)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random data of ten octets cut in every way gives what the rules give`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let data = (0..<10).map { _ in Self.alphabet[Int.random(in: 0..<4, using: &generator)] }
            let expected = reference(data)
            for cuts in 0..<(1 << 9) where scan(cut(data, cuts)) != expected {
                Issue.record("\(printable(data, limit: 100)) cut \(cuts): \(scan(cut(data, cuts))), not \(expected)")
            }
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func `long random data cut at random gives what the rules give`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Mostly text, so that the end comes late.
        let alphabet = Array("\r\n.aaaabbbbccccdddd.eeeeffff".utf8)
        for _ in 0..<300 {
            var data: [UInt8] = []
            while data.count < 300 {
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    data +=
                        ["\r\n", "\r\n..", "\r\n.x", "..\r\n", "\r\n\r\n"].randomElement(using: &generator).map { Array($0.utf8) } ?? []
                } else {
                    data.append(alphabet[3 + Int.random(in: 0..<(alphabet.count - 3), using: &generator)])
                }
            }
            data +=
                ["\r\n.\r\nMAIL", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\rx", ""].randomElement(using: &generator).map { Array($0.utf8) }
                ?? []
            let expected = reference(data)
            for largest in [1, 2, 3, 7, 40, 400] {
                var rest = data[...]
                var buffers: [ByteBuffer] = []
                while !rest.isEmpty {
                    let size = Int.random(in: 1...largest, using: &generator)
                    buffers.append(ByteBuffer(bytes: rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
                #expect(scan(buffers) == expected)
            }
        }
    }

    // MARK: Past a smuggled end

    /// How many octets up to and with the first CRLF "." CRLF, the start of the data counting as after a CRLF; nil if there is none.
    private func trueEnd(_ data: [UInt8]) -> Int? {
        let preceded = Array("\r\n".utf8) + data
        let end = Array("\r\n.\r\n".utf8)
        return preceded.indices.first { preceded[$0...].starts(with: end) }.map { $0 + end.count - 2 }
    }

    /// Scans as one who drops what follows a smuggled end does: how many octets were taken up to the end; nil if it did not come.
    private func endIgnoringSmuggling(_ buffers: [ByteBuffer]) -> Int? {
        var scanner = DataScanner()
        var taken = 0
        for var buffer in buffers {
            while true {
                let before = buffer.readableBytes
                let outcome = scanner.scan(&buffer).outcome
                taken += before - buffer.readableBytes
                if outcome == .end { return taken }
                if outcome == .more { break }
                scanner.ignoreSmuggling()
            }
        }
        return nil
    }

    @Test(arguments: 1...7)
    func `past smuggling the end is found at the first CRLF dot CRLF and nowhere else`(length: Int) {
        var failures = 0
        for number in 0..<(1 << (2 * length)) {
            let data = (0..<length).map { Self.alphabet[number >> (2 * $0) & 3] }
            let expected = trueEnd(data)
            // All cuttings, but of the longest inputs those in one, two and single octets.
            let cuttings = length < 7 ? Array(0..<(1 << (length - 1))) : [0, 0x7f] + (0..<6).map { 1 << $0 }
            for cuts in cuttings where endIgnoringSmuggling(cut(data, cuts)) != expected {
                failures += 1
                if failures < 5 {
                    Issue.record("\(printable(data, limit: 100)) cut \(cuts): \(String(describing: endIgnoringSmuggling(cut(data, cuts))))")
                }
            }
        }
        #expect(failures == 0)
    }
}
