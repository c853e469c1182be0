import Basics
import NIOCore
import NIOPosix
import SMTP

#if canImport(Glibc)
    import Glibc
#endif

/// A TCP connection as a ``ByteStream``: the one channel handler of its pipeline.
///
/// Its methods are called by the pipeline and by the session, both on the channel's event loop; nothing else may touch it, which is what
/// makes it sound to hand it from the one to the other (`@unchecked Sendable`).
final class LoopStream: ChannelDuplexHandler, ByteStream, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Unread input above this stops reading from the socket: the peer feels TCP back-pressure.
    private let inputBound: Int

    var input = ByteQueue()
    private(set) var end: StreamEnd?
    private(set) var received = 0
    private(set) var isGone = false
    private(set) var isWritable = true
    /// Set by the session that owns the stream.
    weak var signal: Signal?

    private var context: ChannelHandlerContext?
    private var isReadWithheld = false
    private var unflushed = false
    /// How the stream is to be closed, asked for before the connection was active: the system would take nothing yet.
    private var closesWhenActive: Closing?
    /// Set while the peer is waited for after ``closeGently()``.
    private var parting: Parting?

    private enum Closing { case atOnce, gently }

    private struct Parting {
        /// Octets of the peer that are dropped before it is cut off.
        var patience = LoopStream.partingOctets
        var timeout: Scheduled<Void>
    }

    /// What a peer that was told goodbye may still send, and for how long: a window's worth, and a few round trips.
    private static let partingOctets = 1 << 20
    private static let partingTime = TimeAmount.seconds(2)
    /// For how long a peer is waited for that has not taken yet what it was told.
    private static let slowPartingTime = TimeAmount.seconds(30)

    /// Whether the stream is closed but for what the peer still sends.
    var isParting: Bool { parting != nil || closesWhenActive != nil }

    /// A stream that reads ahead of its session by at most `inputBound` octets, and one read more.
    init(inputBound: Int) {
        self.inputBound = inputBound
    }

    // MARK: ByteStream

    func pump() {
        guard isReadWithheld, input.count < inputBound else { return }
        isReadWithheld = false
        context?.read()
    }

    func send(_ bytes: ByteBuffer) {
        guard let context, bytes.readableBytes > 0 else { return }
        unflushed = true
        context.write(wrapOutboundOut(bytes), promise: nil)
    }

    func flush() {
        guard unflushed else { return }
        unflushed = false
        context?.flush()
    }

    func close() { close(.atOnce) }

    func closeGently() { close(.gently) }

    func abort() {
        context?.close(mode: .all, promise: nil)
    }

    private func close(_ how: Closing) {
        flush()
        guard let context, parting == nil else { return }
        guard context.channel.isActive else {
            closesWhenActive = how
            return
        }
        switch how {
        case .atOnce where !isHoldingOutput: context.close(mode: .all, promise: nil)
        // What the system has not taken yet would be lost: a peer that reads slowly still gets its last reply.
        case .atOnce, .gently: part(context)
        }
    }

    /// Whether something that was sent waits for room in the system.
    private var isHoldingOutput: Bool {
        ((try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0) > 0
    }

    /// Says that no more will come, and drops what the peer sends until it closes too, says too much, or takes too long.
    private func part(_ context: ChannelHandlerContext) {
        let channel = context.channel
        parting = Parting(
            timeout: context.eventLoop.scheduleTask(in: isHoldingOutput ? Self.slowPartingTime : Self.partingTime) {
                channel.close(promise: nil)
            })
        input.removeAll()
        finish(.closed)
        // Behind what is still to be sent: where the peer has closed its side already this closes all, and would lose it.
        if isHoldingOutput {
            let taken = context.eventLoop.makePromise(of: Void.self)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: taken)
            taken.futureResult.whenSuccess { channel.close(mode: .output, promise: nil) }
        } else {
            context.close(mode: .output, promise: nil)
        }
        if isReadWithheld {
            isReadWithheld = false
            context.read()
        }
    }

    // MARK: The pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        parting?.timeout.cancel()
        parting = nil
        closesWhenActive = nil
        isGone = true
        finish(.closed)
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let how = closesWhenActive else { return }
        closesWhenActive = nil
        context.flush()
        close(how)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard parting == nil else { return drop(buffer.readableBytes, context) }
        received += buffer.readableBytes
        input.append(buffer)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        signal?.raise()
    }

    func read(context: ChannelHandlerContext) {
        if input.count < inputBound {
            context.read()
        } else {
            isReadWithheld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        signal?.raise()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isGone = true
        finish(.closed)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The peer will send no more, but may still read.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { finish(.closed) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isGone = true
        finish(.failed(describe(error)))
        context.close(mode: .all, promise: nil)
    }

    private func drop(_ octets: Int, _ context: ChannelHandlerContext) {
        parting?.patience -= octets
        if let parting, parting.patience < 0 { context.close(mode: .all, promise: nil) }
    }

    private func finish(_ end: StreamEnd) {
        if self.end == nil { self.end = end }
        if isGone { isWritable = true }
        signal?.raise()
    }
}

/// A network error in the words of an operator's log.
func describe(_ error: any Error) -> String {
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)).lowercased() }
    if case ChannelError.connectTimeout? = error as? ChannelError { return "connection timed out" }
    return printable("\(error)", limit: 200)
}
