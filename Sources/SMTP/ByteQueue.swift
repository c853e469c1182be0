import NIOCore

/// Octets received and not yet used, as the buffers they came in.
///
/// Nothing is copied while what is asked for lies in one buffer. Buffers of a few octets are gathered, so that a peer that sends
/// octet by octet does not make each octet cost a whole read buffer.
public struct ByteQueue: Sendable {
    /// A buffer of at most this many octets is copied behind what is queued instead of being kept.
    private static let smallBuffer = 512
    /// What is allocated to gather small buffers.
    private static let gatherCapacity = 2048

    /// Empty only if the queue is.
    private var front = ByteBuffer()
    /// What follows `front`; none of them empty.
    private var rest = CircularBuffer<ByteBuffer>(initialCapacity: 1)
    /// Whether the last of `rest` was allocated here, to gather small buffers.
    private var gathers = false
    /// How many octets from the front on are known to hold no line feed.
    var searched = 0
    /// The rest of a line that was too long is dropped as it arrives.
    var discarding = false

    /// How many octets are queued.
    public private(set) var count = 0

    /// Whether nothing is queued.
    public var isEmpty: Bool { count == 0 }

    /// An empty queue.
    public init() {}

    /// Puts `buffer` behind what is queued.
    public mutating func append(_ buffer: ByteBuffer) {
        let added = buffer.readableBytes
        guard added > 0 else { return }
        if isEmpty {
            front = buffer
        } else if added > Self.smallBuffer {
            rest.append(buffer)
            gathers = false
        } else {
            gather(buffer)
        }
        count += added
    }

    private mutating func gather(_ buffer: ByteBuffer) {
        if gathers {
            let last = rest.index(before: rest.endIndex)
            let fits = rest.modify(last) { tail in
                guard tail.writableBytes >= buffer.readableBytes else { return false }
                tail.writeImmutableBuffer(buffer)
                return true
            }
            if fits { return }
        }
        var tail = ByteBufferAllocator().buffer(capacity: Self.gatherCapacity)
        tail.writeImmutableBuffer(buffer)
        rest.append(tail)
        gathers = true
    }

    /// Takes the first buffer whole; nil if the queue is empty.
    public mutating func next() -> ByteBuffer? { next(atMost: Int.max) }

    /// Takes at most `limit` octets, no more than the first buffer holds; nil if the queue is empty or `limit` is not positive.
    public mutating func next(atMost limit: Int) -> ByteBuffer? {
        guard !isEmpty, limit > 0 else { return nil }
        return takeFromFront(Swift.min(limit, front.readableBytes))
    }

    /// Puts `buffer` before what is queued: the part of a buffer taken with ``next()`` that was not for the taker.
    public mutating func putBack(_ buffer: ByteBuffer) {
        guard buffer.readableBytes > 0 else { return }
        if !isEmpty { rest.prepend(front) }
        front = buffer
        count += buffer.readableBytes
        searched = 0
    }

    /// Drops all that is queued.
    public mutating func removeAll() {
        front = ByteBuffer()
        rest.removeAll(keepingCapacity: true)
        gathers = false
        count = 0
        searched = 0
    }

    /// Takes `length` octets; the caller has made sure that there are so many. Copies only what does not lie in one buffer.
    mutating func take(_ length: Int) -> ByteBuffer {
        if length <= front.readableBytes { return takeFromFront(length) }
        var whole = ByteBufferAllocator().buffer(capacity: length)
        while whole.readableBytes < length, let part = next(atMost: length - whole.readableBytes) {
            whole.writeImmutableBuffer(part)
        }
        return whole
    }

    /// Drops `length` octets, or all if there are fewer.
    mutating func drop(_ length: Int) {
        var left = length
        while left > 0, let dropped = next(atMost: left) { left -= dropped.readableBytes }
    }

    private mutating func takeFromFront(_ length: Int) -> ByteBuffer {
        let taken: ByteBuffer
        if length < front.readableBytes, let slice = front.readSlice(length: length) {
            taken = slice
        } else {
            taken = front
            front = rest.popFirst() ?? ByteBuffer()
            if rest.isEmpty { gathers = false }
        }
        count -= taken.readableBytes
        searched = Swift.max(0, searched - taken.readableBytes)
        return taken
    }

    /// How many octets come before the first line feed among the first `limit` octets. What was searched is not searched again.
    mutating func offsetOfLineFeed(limit: Int) -> Int? {
        var before = 0
        var found = front.offsetOfLineFeed(from: searched, limit: limit - searched)
        if found == nil, !rest.isEmpty {
            before = front.readableBytes
            for buffer in rest where before < limit {
                let start = Swift.max(0, searched - before)
                found = buffer.offsetOfLineFeed(from: start, limit: limit - before - start)
                if found != nil { break }
                before += buffer.readableBytes
            }
        }
        searched = found.map { before + $0 } ?? Swift.max(searched, Swift.min(count, limit))
        return found.map { before + $0 }
    }
}
