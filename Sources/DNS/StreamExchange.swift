import Basics
import NIOCore
import NIOPosix

/// One query over a TCP connection of its own (RFC 7766). Confined to the event loop of its channel.
final class StreamExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let query: QueryMessage
    private let serverName: String
    private let id: UInt16
    private var received = ByteBuffer()
    private var completion: ((StreamExchange, ExchangeResult) -> Void)?
    private var timer: Scheduled<Void>?
    private var channel: (any Channel)?

    /// `completion` is called once, on the loop, after ``start(to:mark:timeout:loop:)``.
    init(_ query: QueryMessage, serverName: String, completion: @escaping (StreamExchange, ExchangeResult) -> Void) {
        self.query = query
        self.serverName = serverName
        var generator = SystemRandomNumberGenerator()
        id = UInt16.random(in: .min ... .max, using: &generator)
        self.completion = completion
    }

    /// Connects to `server` and asks. `timeout` is for all of it together.
    func start(to server: SocketAddress, mark: Int?, timeout: TimeAmount, loop: any EventLoop) {
        timer = loop.assumeIsolated().scheduleTask(in: timeout) {
            self.fail(.timeout, "no reply over TCP from \(self.serverName) within \(timeout.nanoseconds / 1_000_000) ms")
        }
        var bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout)
        if let mark { bootstrap = bootstrap.channelOption(.mark, value: .init(truncatingIfNeeded: mark)) }
        bootstrap.connect(to: server).hop(to: loop).assumeIsolated().whenComplete { self.connected($0) }
    }

    /// Gives up; the completion is told so.
    func close() -> EventLoopFuture<Void>? {
        let closed = channel?.closeFuture
        fail(.unreachable, "the resolver is shut down")
        return closed
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        do {
            let channel = try result.get()
            guard completion != nil else { return channel.close(promise: nil) }
            self.channel = channel
            try channel.pipeline.syncOperations.addHandler(self)
            channel.writeAndFlush(query.framed(id: id), promise: nil)
        } catch {
            fail(.unreachable, "no TCP connection to \(serverName): \(error)")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard completion != nil else { return }
        var chunk = unwrapInboundIn(data)
        received.writeBuffer(&chunk)
        // The length octets bound what is collected to 64 KiB and one read.
        guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
            let message = received.getSlice(at: received.readerIndex + 2, length: Int(length))
        else { return }
        guard ResponseMessage.id(of: message) == id else {
            return fail(.malformed, "\(serverName) sent a message that answers no query over TCP")
        }
        do throws(MalformedResponse) {
            guard let response = try ResponseMessage.parse(message, for: query.question), !response.isTruncated else {
                return fail(.malformed, "\(serverName) answered another question, or in part, over TCP")
            }
            complete(.success(response))
        } catch {
            fail(.malformed, "malformed response over TCP from \(serverName): \(error)")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.unreachable, "TCP connection to \(serverName): \(error)")
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.serverFailure, "\(serverName) closed the TCP connection without an answer")
    }

    private func fail(_ kind: DNSFailure.Kind, _ detail: String) { complete(.failure(DNSFailure(kind, detail))) }

    private func complete(_ result: ExchangeResult) {
        guard let completion else { return }
        self.completion = nil
        timer?.cancel()
        channel?.close(promise: nil)
        completion(self, result)
    }
}
