import NIOCore
import Records
import TLS
import TLSTesting

@testable import Relay

/// A server with STARTTLS and nothing else, in the hands of a test: its ``peer`` says and hears plaintext once the handshake is over.
///
/// All but ``peer`` belongs to the connection's event loop, which makes `@unchecked Sendable` sound.
final class TLSPeer: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the server does.
    struct Script: Sendable {
        /// What answers a ClientHello.
        enum Answer: Sendable {
            case handshake
            /// The end of the connection.
            case end
            /// These octets, in clear.
            case octets([UInt8])
        }

        var answer = Answer.handshake
        var version = TLSVersion.tls13
        /// Said in clear, in one segment with the reply to STARTTLS.
        var injected = ""
        /// Records said in one segment with the end of the handshake.
        var records: [String] = []
        /// The most octets that leave at a time.
        var pieceSize = Int.max
    }

    /// What STARTTLS is answered with.
    static let reply = "220 2.0.0 go ahead\r\n"

    /// Behind the handshake.
    let peer = Peer()

    private enum State { case clear, handshaking, open }

    private let script: Script
    private let server: TestServer
    private var state = State.clear
    private var context: ChannelHandlerContext?

    init(_ script: Script) throws {
        self.script = script
        server = try TestServer(ServerContext(maximum: script.version))
    }

    /// Looks at the server's side, or does something with it.
    func with<Result: Sendable>(_ body: @escaping @Sendable (TLSPeer) throws -> Result) async throws -> Result {
        guard let loop = peer.loop else { throw ChannelError.inappropriateOperationForState }
        return try await loop.submit { [self] in try body(self) }.get()
    }

    /// Whether the handshake is over here too.
    var isOpen: Bool { state == .open }
    /// The name that the client asked for.
    var serverName: String? { server.serverName }
    /// Whether the client has said close_notify.
    var isClosedByClient: Bool { server.isClosedByClient }

    /// Says these in one segment, a record each.
    func say(records: [String]) {
        for record in records { server.write(Array(record.utf8)) }
        sendOutput(promise: nil)
    }

    /// Says close_notify, and nothing about the connection.
    func sayGoodbye() {
        server.close()
        sendOutput(promise: nil)
    }

    // MARK: The pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        do { try context.pipeline.syncOperations.addHandler(peer, position: .after(self)) } catch { context.fireErrorCaught(error) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch state {
        case .clear:
            state = .handshaking
            send(ByteBuffer(string: Self.reply + script.injected), promise: nil)
        case .handshaking: shakeHands(bytes)
        case .open: read(bytes)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        server.write(Array(unwrapOutboundIn(data).readableBytesView))
        sendOutput(promise: promise)
    }

    private func shakeHands(_ bytes: ByteBuffer) {
        switch script.answer {
        case .handshake: break
        case .end: return peer.close()
        case .octets(let octets): return send(ByteBuffer(bytes: octets), promise: nil)
        }
        server.receive(bytes)
        if server.handshake() {
            state = .open
            for record in script.records { server.write(Array(record.utf8)) }
        }
        sendOutput(promise: nil)
        if state == .open { read(ByteBuffer()) }
    }

    private func read(_ bytes: ByteBuffer) {
        server.receive(bytes)
        let plaintext = server.read()
        sendOutput(promise: nil)
        if !plaintext.isEmpty { context?.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext))) }
    }

    private func sendOutput(promise: EventLoopPromise<Void>?) { send(server.takeOutput(), promise: promise) }

    private func send(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>?) {
        guard let context, bytes.readableBytes > 0 else {
            promise?.succeed(())
            return
        }
        var rest = bytes
        while rest.readableBytes > script.pieceSize, let piece = rest.readSlice(length: script.pieceSize) {
            context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(rest), promise: promise)
    }
}
