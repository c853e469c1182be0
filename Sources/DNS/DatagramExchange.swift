import NIOCore

/// What becomes of one query.
typealias ExchangeResult = Result<ResponseMessage, DNSFailure>

/// One UDP socket connected to a resolver, so that the kernel drops what comes from elsewhere; many queries outstanding, told apart by id
/// and question. Confined to the event loop of its channel.
final class DatagramExchange: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private struct Pending {
        let query: QueryMessage
        let timer: Scheduled<Void>
        let completion: (ExchangeResult) -> Void
    }

    /// Most queries outstanding on one socket: ids stay hard to guess.
    static let outstandingLimit = 4_096

    private let server: SocketAddress
    private let serverName: String
    private let channel: any Channel
    private var pending: [UInt16: Pending] = [:]
    private var isRetired = false
    /// Queries sent so far.
    private(set) var sent = 0

    /// `channel` is connected to `server`.
    init(channel: any Channel, server: SocketAddress, serverName: String) {
        self.channel = channel
        self.server = server
        self.serverName = serverName
    }

    /// True while another query may be sent.
    var hasRoom: Bool { pending.count < Self.outstandingLimit && channel.isActive && !isRetired }

    /// Sends `query` and calls `completion` once, on the loop: with its response, or the failure of this try.
    func send(_ query: QueryMessage, timeout: TimeAmount, completion: @escaping (ExchangeResult) -> Void) {
        var generator = SystemRandomNumberGenerator()
        var id = UInt16.random(in: .min ... .max, using: &generator)
        while pending[id] != nil { id = UInt16.random(in: .min ... .max, using: &generator) }
        let timer = channel.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [serverName] in
            let reason = "no reply from \(serverName) within \(timeout.nanoseconds / 1_000_000) ms"
            self.complete(id, .failure(DNSFailure(.timeout, reason)))
        }
        pending[id] = Pending(query: query, timer: timer, completion: completion)
        sent += 1
        let envelope = AddressedEnvelope(remoteAddress: server, data: query.encoded(id: id))
        channel.writeAndFlush(envelope).assumeIsolated().whenFailure { error in
            self.complete(id, .failure(DNSFailure(.unreachable, "cannot send to \(self.serverName): \(error)")))
        }
    }

    /// Closes the socket as soon as nothing is outstanding.
    func retire() {
        isRetired = true
        if pending.isEmpty { channel.close(promise: nil) }
    }

    /// Closes the socket; what is outstanding fails.
    func close() -> EventLoopFuture<Void> {
        isRetired = true
        channel.close(promise: nil)
        return channel.closeFuture
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data).data
        // Neither a stranger's id nor a stranger's question ends the wait for the reply (RFC 5452 9.1).
        guard let id = ResponseMessage.id(of: buffer), let query = pending[id]?.query else { return }
        guard buffer.readableBytes <= Int(QueryMessage.payloadSize) else {
            return complete(id, .failure(DNSFailure(.malformed, "\(serverName) sent a larger datagram than was offered")))
        }
        do throws(MalformedResponse) {
            guard let response = try ResponseMessage.parse(buffer, for: query.question) else { return }
            complete(id, .success(response))
        } catch {
            complete(id, .failure(DNSFailure(.malformed, "malformed response from \(serverName): \(error)")))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP error names no query, but the address it is about is the same for all of them.
        failAll("\(serverName): \(error)")
    }

    func channelInactive(context: ChannelHandlerContext) {
        failAll("the socket to \(serverName) was closed")
    }

    private func failAll(_ reason: String) {
        for id in Array(pending.keys) { complete(id, .failure(DNSFailure(.unreachable, reason))) }
    }

    private func complete(_ id: UInt16, _ result: ExchangeResult) {
        guard let done = pending.removeValue(forKey: id) else { return }
        done.timer.cancel()
        if isRetired && pending.isEmpty { channel.close(promise: nil) }
        done.completion(result)
    }
}
