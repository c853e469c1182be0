import NIOCore
import NIOPosix
import Synchronization

@testable import DNS

/// A DNS server on loopback, UDP and TCP on one port, that sends exactly what a script tells it to.
final class ScriptedServer: Sendable {
    /// A query as it came in.
    struct Query: Sendable {
        let bytes: [UInt8]
        let overTCP: Bool
        /// Who asked.
        let source: SocketAddress
        /// Which query of this server it is, from 1.
        let number: Int

        var id: UInt16 { UInt16(bytes[0]) << 8 | UInt16(bytes[1]) }
        var checkingDisabled: Bool { bytes[3] & 0x10 != 0 }

        /// The name asked for, lower case.
        var name: String {
            var labels: [String] = []
            var position = 12
            while position < bytes.count, bytes[position] != 0 {
                labels.append(String(decoding: bytes[(position + 1)...(position + Int(bytes[position]))], as: UTF8.self))
                position += 1 + Int(bytes[position])
            }
            return labels.joined(separator: ".")
        }

        /// A response to this very query, with an A record if there are addresses.
        func response(_ addresses: String..., flags: UInt16 = WireMessage.recursionFlags) -> WireMessage {
            let end = 12 + WireMessage.name(name).count
            var message = WireMessage(name, .a, flags: flags, answers: addresses.map { WireMessage.a(name, $0) })
            message.id = id
            message.question.type = UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1])
            return message
        }
    }

    /// What to send for a query: nothing, or one or more messages. For TCP with their length octets added.
    typealias Script = @Sendable (Query) -> [[UInt8]]

    let address: SocketAddress
    private struct State {
        var queries: [Query] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let channels = Mutex<[any Channel]>([])
    private let script: Script
    private let rawTCP: Bool

    /// `rawTCP`: the script's bytes go out over TCP as they are.
    static func start(group: any EventLoopGroup, rawTCP: Bool = false, script: @escaping Script) async throws -> ScriptedServer {
        // TCP may find the port of the UDP socket taken; then both start over.
        for _ in 0..<20 {
            let loop = group.next()
            let datagrams = try await DatagramBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
            guard let address = datagrams.localAddress else { continue }
            let server = ScriptedServer(address: address, rawTCP: rawTCP, script: script)
            try await datagrams.pipeline.addHandler(DatagramHandler(server: server)).get()
            let listener = try? await ServerBootstrap(group: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(StreamHandler(server: server)) }
                }
                .bind(to: address).get()
            guard let listener else {
                try await datagrams.close().get()
                continue
            }
            server.channels.withLock { $0 = [datagrams, listener] }
            return server
        }
        throw IOError(errnoCode: 98, reason: "no port is free for UDP and TCP")
    }

    private init(address: SocketAddress, rawTCP: Bool, script: @escaping Script) {
        self.address = address
        self.rawTCP = rawTCP
        self.script = script
    }

    /// The queries so far.
    var queries: [Query] { state.withLock { $0.queries } }

    /// Returns once `count` queries have come in.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.queries.count < count { state.waiters.append((count, continuation)) }
                return state.queries.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Sends a datagram to the one who asked, at a time of the test's own.
    func send(_ message: WireMessage, to query: Query) async throws {
        guard let datagrams = channels.withLock({ $0.first }) else { return }
        try await datagrams.writeAndFlush(AddressedEnvelope(remoteAddress: query.source, data: ByteBuffer(bytes: message.bytes))).get()
    }

    func stop() async throws {
        let open = channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in open { try await channel.close().get() }
    }

    fileprivate func answers(to buffer: ByteBuffer, from source: SocketAddress, overTCP: Bool) -> [[UInt8]] {
        let (query, waiters) = state.withLock { state in
            let query = Query(bytes: Array(buffer.readableBytesView), overTCP: overTCP, source: source, number: state.queries.count + 1)
            state.queries.append(query)
            let ready = state.waiters.filter { $0.count <= state.queries.count }
            state.waiters.removeAll { $0.count <= state.queries.count }
            return (query, ready)
        }
        for waiter in waiters { waiter.continuation.resume() }
        let answers = script(query)
        return overTCP && !rawTCP ? answers.map { WireMessage.octets(UInt16($0.count)) + $0 } : answers
    }

    private final class DatagramHandler: ChannelInboundHandler, Sendable {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>
        private let server: ScriptedServer

        init(server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = unwrapInboundIn(data)
            for answer in server.answers(to: query.data, from: query.remoteAddress, overTCP: false) {
                let envelope = AddressedEnvelope(remoteAddress: query.remoteAddress, data: ByteBuffer(bytes: answer))
                context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
            }
        }
    }

    private final class StreamHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let server: ScriptedServer
        private var collected = ByteBuffer()

        init(server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var chunk = unwrapInboundIn(data)
            collected.writeBuffer(&chunk)
            guard let query = collected.readLengthPrefixedSlice(as: UInt16.self), let source = context.remoteAddress else { return }
            let answers = server.answers(to: query, from: source, overTCP: true)
            // Small ones byte by byte, since the stream has no boundaries.
            let stream = Array(answers.joined())
            let step = stream.count > 500 ? stream.count : 1
            for start in stride(from: 0, to: stream.count, by: max(step, 1)) {
                let piece = ByteBuffer(bytes: stream[start..<min(start + step, stream.count)])
                context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
            }
            if answers.isEmpty { context.close(promise: nil) }
        }
    }
}
