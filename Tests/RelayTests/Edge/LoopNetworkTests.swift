import Basics
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TLS
import TestSupport
import Testing

@testable import Relay

/// Dials as a session's own, on its event loop.
@Suite struct LoopNetworkTests {
    private static let loopback = IPAddress(ipv4: 0x7f00_0001)
    private static let otherLoopback = IPAddress(ipv4: 0x7f00_0002)

    /// Whether this process may set a mark (CAP_NET_ADMIN).
    private static let mayMark: Bool = {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var mark: Int32 = 1
        return setsockopt(descriptor, SOL_SOCKET, SO_MARK, &mark, socklen_t(MemoryLayout<Int32>.size)) == 0
    }()

    private let executor = LoopExecutor(loop: MultiThreadedEventLoopGroup.singleton.next())

    /// The stream, or why there is none.
    private func dial(
        _ destination: Endpoint, from source: IPAddress? = nil, settings: RelaySettings = RelaySettings()
    ) async throws -> Result<LoopStream, DialFailure> {
        let settings = try RunningSettings(settings)
        let isolation = SessionActor(executor: executor)
        let loop = executor.loop
        let found = Mutex<Result<LoopStream, DialFailure>?>(nil)
        await Task(executorPreference: executor) {
            await isolation.run { _ in
                let network = LoopNetwork(
                    loop: loop, settings: settings, sessions: TLSSessionCache(capacity: 1), clock: LoopClock(loop: loop))
                let outcome: Result<LoopStream, DialFailure>?
                do throws(DialFailure) {
                    let stream = try await network.dial(destination, from: source, signal: Signal())
                    outcome = (stream as? LoopStream).map { .success($0) }
                } catch {
                    outcome = .failure(error)
                }
                found.withLock { $0 = outcome }
            }
        }.value
        return try #require(found.withLock { $0 })
    }

    private func reason(_ outcome: Result<LoopStream, DialFailure>) async throws -> String {
        switch outcome {
        case .success(let stream):
            try await executor.loop.submit { stream.abort() }.get()
            return "connected"
        case .failure(let failure): return failure.reason
        }
    }

    /// Where the first connection to `server` comes from.
    private func origin(of server: PeerServer<Peer>) async throws -> Endpoint {
        let connection = try await server.connection()
        try await eventually("an address") { connection.remote != nil }
        return try #require(connection.remote)
    }

    // MARK: Dials that fail

    @Test func `where nobody listens a dial is refused`() async throws {
        let outcome = try await dial(try await Endpoint.unused())
        #expect(try await reason(outcome) == "connection refused")
    }

    @Test func `a source that is not this machine's is named as the reason`() async throws {
        let server = try await PeerServer { Peer() }
        let outcome = try await dial(server.endpoint, from: IPAddress(ipv4: 0xc000_0201))
        #expect(try await reason(outcome) == "cannot assign requested address")
        #expect(server.connections.isEmpty)
    }

    @Test func `a destination that does not answer is given up after the time for it`() async throws {
        // Takes one connection and accepts none: the system leaves the next without an answer.
        let server = try await ServerBootstrap(group: executor.loop)
            .serverChannelOption(.backlog, value: 0).serverChannelOption(.autoRead, value: false)
            .bind(to: Endpoint.loopback.socketAddress).get()
        let endpoint = try #require(server.localAddress.flatMap(Endpoint.init))
        let first = try await Peer.connect(to: endpoint)
        var settings = RelaySettings()
        settings.timeouts.connect = .milliseconds(20)
        let outcome = try await dial(endpoint, settings: settings)
        #expect(try await reason(outcome) == "connection timed out")
        first.close()
        try await server.close()
    }

    // MARK: The socket

    @Test(arguments: [(nil, loopback), (otherLoopback, otherLoopback)] as [(IPAddress?, IPAddress)])
    func `a dial arrives from the address that was chosen`(source: IPAddress?, seen: IPAddress) async throws {
        let server = try await PeerServer { Peer() }
        let stream = try await dial(server.endpoint, from: source).get()
        #expect(try await origin(of: server).address == seen)
        let connection = try await server.connection()
        connection.say("220 mx.example\r\n")
        try await eventually("the greeting") { try await executor.loop.submit { stream.received == 16 }.get() }
        try await executor.loop.submit { stream.abort() }.get()
        try await eventually("the end") { connection.end == "closed" }
    }

    @Test(.enabled(if: mayMark, "needs CAP_NET_ADMIN"), arguments: [nil, 0x57])
    func `a socket towards a destination bears the mark`(mark: Int?) async throws {
        let server = try await PeerServer { Peer() }
        var settings = RelaySettings()
        settings.mark = mark
        let stream = try await dial(server.endpoint, settings: settings).get()
        let local = try await origin(of: server)
        #expect(try SystemSocket(local: local, remote: server.endpoint).mark == mark ?? 0)
        try await executor.loop.submit { stream.abort() }.get()
    }
}
