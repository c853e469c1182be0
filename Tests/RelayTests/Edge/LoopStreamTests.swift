import Basics
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Relay

/// A stream on a socket, and what the peer at the other end does to it.
@Suite struct LoopStreamTests {
    /// What one read may add: the system is asked up to four times, for the largest buffer each time.
    private static let oneRead = 4 * 65_536

    @Test func `a peer whose session does not read is stopped, and goes on when there is room`() async throws {
        let bound = 128 * 1024
        let total = 10 << 20
        let connection = try await Connection(inputBound: bound)
        connection.peer.say([UInt8](repeating: 0x61, count: total))
        try await eventually("as much as may wait here") { try await connection.with { $0.input.count >= bound } }
        let socket = try connection.socket()
        try await eventually("more waits in the system") { try socket.unread > 0 }
        let held = try await connection.with { $0.input.count }
        #expect(held < bound + Self.oneRead)
        // Where more were read, it would be by now: each look is a turn of the loop.
        for _ in 0..<10 { #expect(try await connection.with { $0.input.count } == held) }
        #expect(connection.peer.sent < total)

        try await eventually("all of it", within: .seconds(20)) {
            let (held, received) = try await connection.with { stream in
                defer {
                    stream.input.removeAll()
                    stream.pump()
                }
                return (stream.input.count, stream.received)
            }
            #expect(held < bound + Self.oneRead)
            return received == total
        }
        #expect(try await connection.with { $0.end } == nil)
    }

    // MARK: The end by the peer

    @Test func `a peer that says no more still gets its answer`() async throws {
        let connection = try await Connection()
        connection.peer.say("QUIT\r\n")
        connection.peer.closeOutput()
        try await eventually("the end") { try await connection.with { $0.end != nil } }
        #expect(try await connection.with { $0.end } == .closed)
        #expect(try await connection.with { $0.input.next().map { String(buffer: $0) } } == "QUIT\r\n")
        try await connection.with { stream in
            stream.send(ByteBuffer(string: "221 2.0.0 bye\r\n"))
            stream.flush()
        }
        try await eventually("the answer") { connection.peer.text == "221 2.0.0 bye\r\n" }
        #expect(connection.peer.end == nil)
        try await connection.with { $0.close() }
        try await eventually("the end") { connection.peer.end == "closed" }
    }

    @Test func `nothing is lost of what a peer said before it closed`() async throws {
        let total = 1 << 20
        let connection = try await Connection(inputBound: 1024)
        connection.peer.say([UInt8](repeating: 0x61, count: total))
        connection.peer.closeOutput()
        try await eventually("the end") {
            try await connection.with { stream in
                stream.input.removeAll()
                stream.pump()
                return stream.end != nil
            }
        }
        #expect(try await connection.with { $0.end } == .closed)
        #expect(try await connection.with { $0.received } == total)
    }

    /// With as much unread input as may wait, nothing would be read, and the reset is noticed all the same.
    @Test(arguments: [1, 65_536])
    func `a reset by the peer ends the stream in the system's words`(inputBound: Int) async throws {
        let connection = try await Connection(inputBound: inputBound)
        connection.peer.say("x")
        try await eventually("what was said") { try await connection.with { $0.input.count == 1 } }
        _ = try await connection.wasSignalled()
        connection.peer.reset()
        try await eventually("the end") { try await connection.with { $0.end != nil } }
        #expect(try await connection.with { $0.end } == .failed("connection reset by peer"))
        #expect(try await connection.wasSignalled())
    }

    // MARK: The end by the session

    @Test func `a close sends what is queued first`() async throws {
        let connection = try await Connection()
        try await connection.with { stream in
            stream.send(ByteBuffer(string: "421 4.3.2 bye\r\n"))
            stream.close()
        }
        try await eventually("the end") { connection.peer.end != nil }
        #expect(connection.peer.text == "421 4.3.2 bye\r\n")
        #expect(connection.peer.end == "closed")
    }

    @Test(arguments: [false, true])
    func `a peer that reads slowly gets all that was sent before a close`(saysNoMore: Bool) async throws {
        let connection = try await Connection()
        connection.peer.stopReading()
        if saysNoMore {
            connection.peer.closeOutput()
            try await eventually("the end of the input") { try await connection.with { $0.end != nil } }
        }
        let total = 8 << 20
        try await connection.with { stream in
            stream.send(ByteBuffer(repeating: 0x61, count: total))
            stream.close()
        }
        connection.peer.startReading()
        try await eventually("all of it", within: .seconds(20)) { connection.peer.received.count == total }
        try await eventually("the end") { connection.peer.end == "closed" }
    }

    @Test func `an abort loses what is queued`() async throws {
        let connection = try await Connection()
        try await connection.with { stream in
            stream.send(ByteBuffer(string: "421 4.3.2 bye\r\n"))
            stream.abort()
        }
        try await eventually("the end") { connection.peer.end != nil }
        #expect(connection.peer.text == "")
        #expect(try await connection.with { $0.end } == .closed)
    }

    // MARK: A peer that does not read

    @Test func `a stream whose peer does not read is not writable until it does`() async throws {
        let total = 4 << 20
        let connection = try await Connection(peerReads: false)
        try await connection.with { stream in
            stream.send(ByteBuffer(repeating: 0x61, count: total))
            stream.flush()
        }
        #expect(try await connection.with { $0.isWritable } == false)
        _ = try await connection.wasSignalled()
        connection.peer.startReading()
        try await eventually("the stream is writable") { try await connection.with { $0.isWritable } }
        #expect(try await connection.wasSignalled())
        try await eventually("all of it") { connection.peer.received.count == total }
        #expect(connection.peer.end == nil)
    }
}

/// A stream, and the peer that has connected to it. Stream and signal belong to one event loop, where all is done with them, which makes
/// `@unchecked Sendable` sound.
private final class Connection: @unchecked Sendable {
    let peer: Peer
    private let loop: any EventLoop
    private let server: PeerServer<LoopStream>
    private let stream: LoopStream
    private let signal = Signal()

    init(inputBound: Int = 65_536, peerReads: Bool = true) async throws {
        loop = MultiThreadedEventLoopGroup.singleton.next()
        server = try await PeerServer(on: loop) { LoopStream(inputBound: inputBound) }
        peer = try await Peer.connect(to: server.endpoint, reads: peerReads)
        stream = try await server.connection()
        try await loop.submit { [self] in stream.signal = signal }.get()
    }

    /// Looks at the stream, or does something with it.
    func with<Result: Sendable>(_ body: @escaping @Sendable (LoopStream) -> Result) async throws -> Result {
        try await loop.submit { [stream] in body(stream) }.get()
    }

    /// Whether the session would have been woken since it was last asked.
    func wasSignalled() async throws -> Bool {
        try await loop.submit { [self] in signal.consume() }.get()
    }

    /// The stream's own socket.
    func socket() throws -> SystemSocket {
        try SystemSocket(local: server.endpoint, remote: try #require(peer.local))
    }
}
