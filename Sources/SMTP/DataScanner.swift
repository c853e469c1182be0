import NIOCore

/// Finds the end of message data in a stream of buffers, and nothing else: the octets pass as they are.
///
/// Data ends only at CRLF "." CRLF, the start of the data counting as after a CRLF (RFC 5321 4.1.1.4, 2.3.8). A lone dot whose line
/// begins or ends in any other way (a bare LF, a bare CR, the two mixed with CRLF) is what one server takes for the end of data and
/// another for text, "SMTP smuggling" (CVE-2023-51764 to 51766). It is reported and never let past: the octets that may belong to an
/// end of data, at most four, are held back until the next octets decide. What comes out does not depend on how the data is cut into buffers.
public struct DataScanner: Sendable {
    private var state = State.lineStart(.startOfData)
    private var ignoresSmuggling = false

    /// A scanner at the start of the data, behind the 354.
    public init() {}

    /// Whether the end of the data, or a smuggled one, has been seen. The scanner then takes nothing more.
    public var isFinished: Bool { state.isFinal }

    /// Goes on after a smuggled end of the data, to the true one: for data that is only read to be dropped. What ``ScanResult/forward``
    /// says from then on must not be sent anywhere.
    public mutating func ignoreSmuggling() {
        ignoresSmuggling = true
        state = state.pastSmuggling
    }

    /// Takes octets from `buffer` up to the end of the data, or all of them. What follows the end stays in `buffer`: it belongs to the
    /// next command.
    public mutating func scan(_ buffer: inout ByteBuffer) -> ScanResult {
        let before = state
        let start = buffer
        let (used, held) = buffer.withUnsafeReadableBytes { advance(over: $0) }
        buffer.moveReaderIndex(forwardBy: used)
        // What was held back before, then what was just used, less what is held back now.
        let released = before.held.utf8CodeUnitCount + used - held
        return ScanResult(forward: Self.join(before.held, start, released), outcome: state.outcome)
    }

    /// The first `count` octets of `held` followed by `buffer`. Copies only if there was something held.
    private static func join(_ held: StaticString, _ buffer: ByteBuffer, _ count: Int) -> ByteBuffer {
        let fromHeld = min(held.utf8CodeUnitCount, count)
        let fromBuffer = buffer.getSlice(at: buffer.readerIndex, length: count - fromHeld) ?? ByteBuffer()
        if fromHeld == 0 { return fromBuffer }
        var joined = ByteBufferAllocator().buffer(capacity: count)
        held.withUTF8Buffer { _ = joined.writeBytes($0.prefix(fromHeld)) }
        joined.writeImmutableBuffer(fromBuffer)
        return joined
    }

    /// Runs over `octets`: how many were used, and how many of all octets seen so far are to be held back.
    private mutating func advance(over octets: UnsafeRawBufferPointer) -> (used: Int, held: Int) {
        var index = 0
        while index < octets.count, !state.isFinal {
            if case .text = state {
                guard let dot = Self.dotAtLineStart(in: octets, from: index) else {
                    state = State(after: octets, from: index, to: octets.count)
                    index = octets.count
                    break
                }
                state = State(after: octets, from: index, to: dot)
                index = dot
            }
            var next = state.next(octets[index])
            index += 1
            if ignoresSmuggling { next = next.pastSmuggling }
            if case .smuggled = next {
                let held = state.held.utf8CodeUnitCount + 1
                state = next
                return (index, held)
            }
            state = next
        }
        // What a smuggled end held back stays held back: the caller is past sending anything.
        return (index, state.held.utf8CodeUnitCount)
    }

    /// The next "." directly behind a CR or LF that is itself not before `start`.
    ///
    /// Dots, not line ends, are looked for: there are fewer of them, and every end of data has one, however its lines end.
    private static func dotAtLineStart(in octets: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var from = start
        while let dot = octets.firstIndex(of: .dot, from: from) {
            if dot > start, octets[dot - 1].isLineEnd { return dot }
            from = dot + 1
            // A row of dots costs one search.
            while from < octets.count, octets[from] == .dot { from += 1 }
        }
        return nil
    }
}

/// What a ``DataScanner`` made of a buffer.
public struct ScanResult: Sendable, Equatable {
    /// How the scan ended.
    public enum Outcome: Sendable, Equatable {
        /// All octets were used; the data goes on.
        case more
        /// `forward` ends with the end of the data.
        case end
        /// Nothing from here on may be sent: a server might take it for the end of the data.
        case smuggling(Smuggling)
    }

    /// A lone dot that does not stand between two CRLFs.
    public enum Smuggling: String, Sendable, Equatable, CaseIterable {
        /// The line before the dot ended in a bare LF or CR.
        case before = "a bare CR or LF before a line with a single dot"
        /// The line of the dot ended in a bare LF or CR.
        case after = "a bare CR or LF after a line with a single dot"
    }

    /// What may be sent on now, as it was received; possibly empty.
    public let forward: ByteBuffer
    /// How the scan ended.
    public let outcome: Outcome
}
