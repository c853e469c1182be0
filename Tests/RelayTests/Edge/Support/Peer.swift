import Basics
import NIOCore
import NIOPosix
import Synchronization

@testable import Relay

/// The other end of a real connection, in the hands of a test.
final class Peer: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var received: [UInt8] = []
        var end: String?
        var sent = 0
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    /// Connects. A peer that does not read leaves everything in the socket, as much as fits.
    static func connect(to endpoint: Endpoint, reads: Bool = true, saying first: String = "") async throws -> Peer {
        let peer = Peer()
        _ = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                peer.state.withLock { $0.channel = channel }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(peer)
                    // Sent with the connection itself, before anything can be read.
                    if !first.isEmpty { channel.writeAndFlush(ByteBuffer(string: first), promise: nil) }
                }
            }
            .connect(to: endpoint.socketAddress).get()
        return peer
    }

    /// What arrived.
    var received: [UInt8] { state.withLock { $0.received } }
    /// What arrived, as text.
    var text: String { String(decoding: received, as: UTF8.self) }
    /// How the connection ended: "closed" in order, else in the system's words; nil while it is open.
    var end: String? { state.withLock { $0.end } }
    /// Whether nothing can be sent any more.
    var isBroken: Bool { !(channel?.isActive ?? true) }
    /// Octets that the system has taken.
    var sent: Int { state.withLock { $0.sent } }
    /// Where the peer is connected from.
    var local: Endpoint? { channel?.localAddress.flatMap(Endpoint.init) }
    /// Whom the peer is connected to.
    var remote: Endpoint? { channel?.remoteAddress.flatMap(Endpoint.init) }

    /// The event loop of the connection, once there is one.
    var loop: (any EventLoop)? { channel?.eventLoop }

    private var channel: (any Channel)? { state.withLock { $0.channel } }

    func say(_ text: String) { say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) {
        for start in stride(from: 0, to: bytes.count, by: 65536) {
            let piece = ByteBuffer(bytes: bytes[start..<min(bytes.count, start + 65536)])
            let written = channel?.writeAndFlush(piece)
            written?.whenSuccess { [self] in state.withLock { $0.sent += piece.readableBytes } }
        }
    }

    /// Reads from now on.
    func startReading() { channel?.setOption(.autoRead, value: true).whenComplete { _ in } }

    /// Reads no more: what comes stays in the socket, as much as fits.
    func stopReading() { channel?.setOption(.autoRead, value: false).whenComplete { _ in } }

    /// Says no more, and goes on reading.
    func closeOutput() { channel?.close(mode: .output, promise: nil) }

    func close() { channel?.close(promise: nil) }

    /// Ends the connection with a reset.
    func reset() {
        guard let channel, let options = channel as? any SocketOptionProvider else { return }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }

    func channelRegistered(context: ChannelHandlerContext) {
        let channel = context.channel
        state.withLock { $0.channel = channel }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytesView
        state.withLock { $0.received += bytes }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { finish("closed") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(describe(error)) }

    func channelInactive(context: ChannelHandlerContext) { finish("closed") }

    private func finish(_ how: String) {
        state.withLock { state in
            if state.end == nil { state.end = how }
        }
    }
}
