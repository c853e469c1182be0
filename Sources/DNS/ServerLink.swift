import Basics
import NIOCore

/// The way to one resolver. Confined to one event loop.
final class ServerLink {
    /// How a query travels.
    enum Transport { case datagram, stream }

    /// Most TCP connections open at once.
    static let streamLimit = 256

    /// For people: the address, and the port if it is not 53.
    let name: String
    /// Whether its AD bit is believed.
    let isBelieved: Bool

    private let server: SocketAddress
    private let mark: Int?
    private let timeout: TimeAmount
    private let loop: any EventLoop
    private let datagrams: DatagramPool
    private var streams: [ObjectIdentifier: StreamExchange] = [:]
    /// True after ``close()``: there will be no reply any more.
    private(set) var isClosed = false

    init(_ server: SocketAddress, settings: DNSSettings, loop: any EventLoop) {
        self.server = server
        self.loop = loop
        name = Self.name(server)
        isBelieved = settings.believesAD(from: server)
        mark = settings.mark
        timeout = TimeAmount(settings.timeout)
        datagrams = DatagramPool(server: server, serverName: name, mark: mark, loop: loop)
    }

    /// Asks once, over TCP if told so or if the reply over UDP is truncated (RFC 7766 5), and calls `completion` once, on the loop.
    func ask(_ query: QueryMessage, over transport: Transport, completion: @escaping (ExchangeResult) -> Void) {
        guard !isClosed else { return completion(.failure(DNSFailure(.unreachable, "the resolver is shut down"))) }
        guard transport == .datagram else { return askOverStream(query, completion: completion) }
        datagrams.send(query, timeout: timeout) { result in
            if case .success(let response) = result, response.isTruncated {
                self.ask(query, over: .stream, completion: completion)
            } else {
                completion(result)
            }
        }
    }

    /// Closes every socket; what is outstanding fails.
    func close() -> [EventLoopFuture<Void>] {
        isClosed = true
        return datagrams.close() + Array(streams.values).compactMap { $0.close() }
    }

    private func askOverStream(_ query: QueryMessage, completion: @escaping (ExchangeResult) -> Void) {
        guard streams.count < Self.streamLimit else {
            return completion(.failure(DNSFailure(.tooMany, "\(Self.streamLimit) TCP connections to \(name) are open already")))
        }
        let exchange = StreamExchange(query, serverName: name) { exchange, result in
            self.streams[ObjectIdentifier(exchange)] = nil
            completion(result)
        }
        streams[ObjectIdentifier(exchange)] = exchange
        exchange.start(to: server, mark: mark, timeout: timeout, loop: loop)
    }

    /// The text of a resolver's address.
    static func name(_ server: SocketAddress) -> String {
        guard let address = IPAddress(server), let port = server.port else { return "\(server)" }
        if port == 53 { return address.description }
        return address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
