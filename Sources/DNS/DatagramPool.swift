import Basics
import NIOCore
import NIOPosix

/// The UDP sockets towards one resolver: a few at a time, each on a source port that the kernel chooses at random, each for a limited
/// number of queries, so that a forger has to guess the port beside the id (RFC 5452 9.2). Confined to one event loop.
final class DatagramPool {
    private enum Slot {
        case empty
        case opening([(Result<DatagramExchange, DNSFailure>) -> Void])
        case open(DatagramExchange)
    }

    /// Sockets open at once, not counting those that only wait for their last replies.
    static let size = 8
    /// Queries after which a socket makes way for a new one.
    static let queriesPerSocket = 500

    private let server: SocketAddress
    private let serverName: String
    private let bootstrap: DatagramBootstrap
    private let loop: any EventLoop
    private var slots = [Slot](repeating: .empty, count: DatagramPool.size)
    private var isClosed = false

    init(server: SocketAddress, serverName: String, mark: Int?, loop: any EventLoop) {
        self.server = server
        self.serverName = serverName
        self.loop = loop
        var bootstrap = DatagramBootstrap(group: loop)
        if let mark { bootstrap = bootstrap.channelOption(.mark, value: .init(truncatingIfNeeded: mark)) }
        self.bootstrap = bootstrap
    }

    /// Sends `query` from one of the sockets; see ``DatagramExchange/send(_:timeout:completion:)``.
    func send(_ query: QueryMessage, timeout: TimeAmount, completion: @escaping (ExchangeResult) -> Void) {
        withSocket { result in
            switch result {
            case .success(let socket): socket.send(query, timeout: timeout, completion: completion)
            case .failure(let failure): completion(.failure(failure))
            }
        }
    }

    /// Closes every socket that is open.
    func close() -> [EventLoopFuture<Void>] {
        isClosed = true
        return slots.indices.compactMap { index in
            guard case .open(let socket) = slots[index] else { return nil }
            slots[index] = .empty
            return socket.close()
        }
    }

    private func withSocket(_ body: @escaping (Result<DatagramExchange, DNSFailure>) -> Void) {
        guard !isClosed else { return body(.failure(DNSFailure(.unreachable, "the resolver is shut down"))) }
        let index = Int.random(in: slots.indices)
        switch slots[index] {
        case .open(let socket) where socket.hasRoom && socket.sent < Self.queriesPerSocket:
            body(.success(socket))
        case .open(let socket):
            socket.retire()
            open(index, body)
        case .opening(let waiting):
            slots[index] = .opening(waiting + [body])
        case .empty:
            open(index, body)
        }
    }

    private func open(_ index: Int, _ body: @escaping (Result<DatagramExchange, DNSFailure>) -> Void) {
        slots[index] = .opening([body])
        bootstrap.connect(to: server).hop(to: loop).assumeIsolated().whenComplete { result in
            self.opened(index, result)
        }
    }

    private func opened(_ index: Int, _ result: Result<any Channel, any Error>) {
        guard case .opening(let waiting) = slots[index] else { return }
        slots[index] = .empty
        let outcome: Result<DatagramExchange, DNSFailure>
        do {
            let channel = try result.get()
            let socket = DatagramExchange(channel: channel, server: server, serverName: serverName)
            try channel.pipeline.syncOperations.addHandler(socket)
            if isClosed {
                channel.close(promise: nil)
                outcome = .failure(DNSFailure(.unreachable, "the resolver is shut down"))
            } else {
                slots[index] = .open(socket)
                outcome = .success(socket)
            }
        } catch {
            outcome = .failure(DNSFailure(.unreachable, "no UDP socket to \(serverName): \(error)"))
        }
        for body in waiting { body(outcome) }
    }
}
