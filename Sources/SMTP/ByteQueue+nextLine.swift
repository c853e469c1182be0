import NIOCore

extension ByteQueue {
    /// What the queue holds where a line is wanted.
    public enum Line: Sendable, Equatable {
        /// A line without its line end. `bareLF`: the line feed had no carriage return before it. Any other carriage return is in the line.
        case line(ByteBuffer, bareLF: Bool)
        /// No whole line is queued yet.
        case incomplete
        /// A line has more octets than the limit. Said once, as soon as it is known; the rest of that line is dropped as it arrives.
        case tooLong
    }

    /// Takes the next line. It ends with a line feed; whether CRLF ended it, as RFC 5321 2.3.8 wants, is for the caller to judge.
    ///
    /// - Parameter limit: the most octets a line may have, its line end included, as RFC 5321 4.5.3.1 counts
    public mutating func nextLine(limit: Int) -> Line {
        if discarding, !discard() { return .incomplete }
        guard let offset = offsetOfLineFeed(limit: limit) else {
            guard count >= limit else { return .incomplete }
            discarding = true
            drop(limit)
            _ = discard()
            return .tooLong
        }
        var line = take(offset + 1)
        searched = 0
        let length = line.readableBytes
        let hasCR = length >= 2 && line.getInteger(at: line.readerIndex + length - 2, as: UInt8.self) == .carriageReturn
        line.moveWriterIndex(to: line.writerIndex - (hasCR ? 2 : 1))
        return .line(line, bareLF: !hasCR)
    }

    /// Drops up to and with the next line feed; false if that has not arrived.
    private mutating func discard() -> Bool {
        searched = 0
        guard let offset = offsetOfLineFeed(limit: Int.max) else {
            removeAll()
            return false
        }
        drop(offset + 1)
        searched = 0
        discarding = false
        return true
    }
}
