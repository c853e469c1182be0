import NIOCore
import SMTP

@testable import Relay

/// A connection without a socket: what the peer says arrives in pieces when the session waits, and what the session says goes to `onSend`.
final class ScriptedStream: ByteStream {
    /// How the session ended the connection.
    enum Closing { case closed, aborted }

    /// Unread input above this keeps the peer from being heard.
    static let inputBound = 64 * 1024

    var input = ByteQueue()
    private(set) var end: StreamEnd?
    private(set) var received = 0
    /// Octets the peer takes before the stream is no longer writable.
    var window = Int.max
    private(set) var closing: Closing?
    /// Octets that the session was given and has taken out of `input`.
    var consumed: Int { received - input.count }
    /// Gets what the session flushed.
    var onSend: ([UInt8]) -> Void = { _ in }

    private var arriving: ArraySlice<UInt8> = []
    private var ending: StreamEnd?
    private(set) var stillReads = false
    private var unflushed = ByteBuffer()
    /// As on a socket: once there is too much unread input nothing more is read until the session pumps.
    private var isReadWithheld = false

    var isGone: Bool { closing != nil || end != nil && !stillReads }

    var isWritable: Bool { window > 0 || isGone }

    func pump() {
        if isReadWithheld, input.count < Self.inputBound { isReadWithheld = false }
    }

    func send(_ bytes: ByteBuffer) {
        guard closing == nil else { return }
        unflushed.writeImmutableBuffer(bytes)
        window -= min(window, bytes.readableBytes)
    }

    func flush() {
        guard closing == nil, !isGone, unflushed.readableBytes > 0 else { return }
        let bytes = Array(unflushed.readableBytesView)
        unflushed.clear()
        onSend(bytes)
    }

    func close() {
        flush()
        finish(.closed)
    }

    func closeGently() { close() }

    func abort() { finish(.aborted) }

    private func finish(_ how: Closing) {
        if closing == nil { closing = how }
        if end == nil { end = .closed }
    }

    // MARK: The peer

    /// The peer says something, which arrives piece by piece.
    func say(_ bytes: some Sequence<UInt8>) { arriving += bytes }

    /// The peer closes the connection behind what it said; `stillReads`: only its own side of it.
    func say(end: StreamEnd, stillReads: Bool = false) {
        ending = end
        self.stillReads = stillReads
    }

    /// Something of what the peer said, or its end, arrives. False if there is nothing.
    func deliver(atMost size: Int) -> Bool {
        guard end == nil, !isReadWithheld else { return false }
        if arriving.isEmpty {
            end = ending
            return ending != nil
        }
        let piece = arriving.prefix(size)
        arriving = arriving.dropFirst(size)
        input.append(ByteBuffer(bytes: piece))
        received += piece.count
        isReadWithheld = input.count >= Self.inputBound
        return true
    }

    /// The connection breaks at once.
    func fail(_ why: StreamEnd) { if end == nil { end = why } }
}
