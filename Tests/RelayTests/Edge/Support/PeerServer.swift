import Basics
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Relay

/// A destination on the loopback address; its handlers say what it does with each connection.
final class PeerServer<Handler: ChannelHandler & Sendable>: Sendable {
    private final class Connections: Sendable {
        let handlers = Mutex<[Handler]>([])
    }

    private let listener: any Channel
    private let accepted: Connections
    /// Where it listens.
    let endpoint: Endpoint

    /// Listens on a free port of `address`.
    init(
        address: String = "127.0.0.1", on group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup,
        _ makeHandler: @escaping @Sendable () throws -> Handler
    ) async throws {
        let accepted = Connections()
        listener = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Small, so that a sender soon feels a receiver that does not read.
            .childChannelOption(.socketOption(.so_sndbuf), value: 65_536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try makeHandler()
                    try channel.pipeline.syncOperations.addHandler(handler)
                    accepted.handlers.withLock { $0.append(handler) }
                }
            }
            .bind(to: SocketAddress(ipAddress: address, port: 0)).get()
        endpoint = try #require(listener.localAddress.flatMap(Endpoint.init))
        self.accepted = accepted
    }

    deinit { listener.close(promise: nil) }

    /// Listens no more.
    func close() async throws { try await listener.close() }

    /// The connections so far.
    var connections: [Handler] { accepted.handlers.withLock { $0 } }

    /// The first connection, once there is one.
    func connection() async throws -> Handler {
        try await eventually("a connection") { [self] in !connections.isEmpty }
        return connections[0]
    }
}

extension Endpoint {
    /// A port of the loopback address where nobody listens.
    static func unused() async throws -> Endpoint {
        let server = try await PeerServer { Peer() }
        try await server.close()
        return server.endpoint
    }
}
