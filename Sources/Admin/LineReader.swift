import NIOCore

/// Takes lines out of what a peer sends, with a bound.
struct LineReader {
    /// What the next line is.
    enum Line: Equatable {
        case line([UInt8])
        /// Its end has not arrived.
        case incomplete
        /// It is longer than any message.
        case tooLong
    }

    let limit: Int
    private var pending = ByteBuffer()

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ chunk: ByteBuffer) {
        pending.writeImmutableBuffer(chunk)
        pending.discardReadBytes()
    }

    /// The next line, without its end.
    mutating func next() -> Line {
        guard let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            return pending.readableBytes > limit ? .tooLong : .incomplete
        }
        let length = end - pending.readerIndex
        guard length <= limit, let line = pending.readBytes(length: length) else { return .tooLong }
        pending.moveReaderIndex(forwardBy: 1)
        return .line(line)
    }
}
