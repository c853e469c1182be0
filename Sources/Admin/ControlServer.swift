import FoundationEssentials
import Logging
import NIOCore
import NIOPosix
import Reports
import Synchronization

/// Listens on the control socket: one JSON object a line in, one out.
///
/// Only the user that Weft runs as, and root, may connect (mode 0600). Requests of one client are answered in order, those of several side
/// by side.
package final class ControlServer: Sendable {
    /// Answers a request of a caller, whose name is for the record.
    package typealias Handler = @Sendable (_ request: ControlRequest, _ who: String) async -> ControlReply

    /// Octets of a request.
    static let longestRequest = 8192
    /// Clients at a time.
    static let mostClients = 32
    /// A client that is silent for so long is disconnected; longer than any request takes.
    static let longestSilence = TimeAmount.seconds(300)

    private let file: SocketFile
    private let identity: SocketFile.Identity
    private let listener: any Channel
    private let service: Task<Void, Never>

    /// Listens at `path`, in place of a socket that a daemon left behind.
    ///
    /// - Throws: when the directory of the socket does not exist (``AdminError/Kind/noDirectory``), another daemon answers there, or the
    ///   socket cannot be made.
    package static func start(
        path: String, group: any EventLoopGroup, logger: Logger, handler: @escaping Handler
    ) async throws(AdminError) -> ControlServer {
        let file = try SocketFile(path: path)
        let server: NIOAsyncChannel<Connection, Never>
        do {
            server = try await ServerBootstrap(group: group)
                // A client that has said all, as a pipe does, still gets its answers.
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(unixDomainSocketPath: file.workingPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            IdleStateHandler(allTimeout: longestSilence), SilenceHandler())
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw SocketFile.failure("cannot make \(path)", (error as? IOError)?.errnoCode ?? 0)
        }
        let identity: SocketFile.Identity
        do {
            identity = try file.publish()
        } catch {
            try? await server.channel.close().get()
            throw error
        }
        let service = Task<Void, Never> {
            // The listener fails only by closing.
            try? await server.executeThenClose { inbound in
                let clients = ClientCount()
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in inbound {
                        let isWelcome = clients.enter() <= mostClients
                        group.addTask {
                            await serve(connection, isWelcome: isWelcome, logger: logger, handler: handler)
                            clients.leave()
                        }
                    }
                }
            }
        }
        return ControlServer(file: file, identity: identity, listener: server.channel, service: service)
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(file: SocketFile, identity: SocketFile.Identity, listener: any Channel, service: Task<Void, Never>) {
        self.file = file
        self.identity = identity
        self.listener = listener
        self.service = service
    }

    /// Ends all connections and removes the socket.
    package func stop() async {
        file.remove(identity)
        service.cancel()
        // Closed already is as good.
        try? await listener.close().get()
        await service.value
    }

    private static func serve(_ connection: Connection, isWelcome: Bool, logger: Logger, handler: Handler) async {
        let uid = await Caller.user(connection.channel)
        // A client that goes away in the middle has given up its answer.
        try? await connection.executeThenClose { inbound, outbound in
            guard isWelcome else { return try await outbound.write(line(.failed("too many clients; try again"))) }
            var reader = LineReader(limit: longestRequest)
            for try await chunk in inbound {
                reader.append(chunk)
                reading: while true {
                    switch reader.next() {
                    case .incomplete: break reading
                    case .tooLong: return try await outbound.write(line(.failed("the request is too long")))
                    case .line(let request):
                        let reply = await answer(request, uid: uid, logger: logger, handler: handler)
                        try await outbound.write(line(reply))
                    }
                }
            }
        }
    }

    private static func answer(_ line: [UInt8], uid: uid_t?, logger: Logger, handler: Handler) async -> ControlReply {
        guard let message = try? JSONDecoder().decode(RequestMessage.self, from: Data(line)) else {
            return .failed("the request is not understood; are this command and the daemon of the same version?")
        }
        guard let request = message.request else { return .failed("the request lacks something") }
        return await handler(request, Caller.name(uid, for: message.user))
    }

    private static func line(_ reply: ControlReply) -> ByteBuffer {
        // Our own type of strings and numbers always encodes.
        ByteBuffer(string: (try? jsonLine(reply)) ?? "{\"failed\":\"\"}\n")
    }
}

/// How many clients are connected.
private final class ClientCount: Sendable {
    private let count = Mutex(0)

    /// One more; returns how many there are with it.
    func enter() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}

/// Disconnects a client that says nothing.
private final class SilenceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }
}
