import Basics
import NIOCore
import NIOPosix
import TLS
import TestSupport
import Testing

@testable import Relay

/// A connection dialled and secured as a session's own, and the server at its other end.
///
/// What is this side's belongs to one event loop, where all is done with it, which makes `@unchecked Sendable` sound.
final class SecureLink: @unchecked Sendable {
    static let serverName: DomainName = "mx1.example.net"

    let server: PeerServer<TLSPeer>
    /// The server's side.
    let far: TLSPeer
    var peer: Peer { far.peer }

    private let loop: any EventLoop
    private let transport: LoopStream
    private let signal: Signal
    private let outcome: Result<SecuredStream, TLSFailure>

    /// What a session could see of the handshake.
    var info: Result<TLSInfo, TLSFailure> { outcome.map(\.info) }
    /// The certificates shown.
    var chain: CertificateChain? { try? outcome.get().chain }

    /// Dials, says STARTTLS, and does the handshake within `time`.
    init(_ script: TLSPeer.Script = .init(), within time: TimeAmount = .seconds(30))
        async throws
    {
        server = try await PeerServer { try TLSPeer(script) }
        loop = MultiThreadedEventLoopGroup.singleton.next()
        let held = Held()
        let executor = LoopExecutor(loop: loop)
        let isolation = SessionActor(executor: executor)
        let settings = try RunningSettings()
        await Task(executorPreference: executor) { [loop, server] in
            await isolation.run { _ in
                let network = LoopNetwork(
                    loop: loop, settings: settings, sessions: TLSSessionCache(capacity: 1), clock: held.clock(on: loop))
                await held.connect(network, to: server.endpoint, awaiting: TLSPeer.reply.utf8.count + script.injected.utf8.count, time)
            }
        }.value
        transport = try #require(held.transport)
        outcome = try #require(held.outcome)
        signal = held.signal
        let far = try await server.connection()
        self.far = far
        guard case .success = outcome else { return }
        // The client is the first to be done.
        try await eventually("the server's end of the handshake") { try await far.with { $0.isOpen } }
    }

    /// Looks at the stream, or does something with it.
    func with<Value: Sendable>(_ body: @escaping @Sendable (any ByteStream) -> Value) async throws -> Value {
        try await loop.submit { [self] in body(try outcome.get().stream) }.get()
    }

    /// Ciphertext read from the socket so far.
    func received() async throws -> Int { try await loop.submit { [transport] in transport.received }.get() }

    /// What arrives next, so many octets, as the session takes it: whatever is there at each look.
    func hear(_ count: Int) async throws -> [UInt8] {
        let heard = Heard()
        try await eventually("\(count) octets", within: .seconds(20)) {
            try await with { stream in
                stream.pump()
                while let buffer = stream.input.next() { heard.octets += buffer.readableBytesView }
                return heard.octets.count >= count
            }
        }
        return heard.octets
    }

    func hear(_ text: String) async throws -> Bool { try await hear(text.utf8.count) == Array(text.utf8) }

    /// Says something at once.
    func say(_ bytes: [UInt8]) async throws {
        try await with { stream in
            stream.send(ByteBuffer(bytes: bytes))
            stream.flush()
        }
    }

    /// How the stream ended, once it has.
    func end() async throws -> StreamEnd? {
        try await eventually("the end") {
            try await with { stream in
                stream.pump()
                return stream.end != nil
            }
        }
        return try await with { $0.end }
    }

    /// This side's socket, and the server's.
    func sockets() throws -> (near: SystemSocket, far: SystemSocket) {
        let local = try #require(peer.remote)
        return (
            try SystemSocket(local: local, remote: server.endpoint), try SystemSocket(local: server.endpoint, remote: local)
        )
    }

    /// Octets that were heard, on the loop.
    private final class Heard: @unchecked Sendable {
        var octets: [UInt8] = []
    }

    /// What the connecting task makes, on the loop.
    private final class Held: @unchecked Sendable {
        let signal = Signal()
        var transport: LoopStream?
        var outcome: Result<SecuredStream, TLSFailure>?
        private var clock: LoopClock?

        func clock(on loop: any EventLoop) -> LoopClock {
            let clock = LoopClock(loop: loop)
            self.clock = clock
            return clock
        }

        nonisolated(nonsending) func connect(_ network: LoopNetwork, to destination: Endpoint, awaiting count: Int, _ time: TimeAmount)
            async
        {
            guard let stream = try? await network.dial(destination, from: nil, signal: signal), let clock else { return }
            transport = stream as? LoopStream
            stream.send(ByteBuffer(string: "STARTTLS\r\n"))
            stream.flush()
            let patience = NIODeadline.now() + .seconds(5)
            // All of the segment is there before the reply is taken: what is behind it is for the handshake to find.
            while stream.input.count < count, stream.end == nil, NIODeadline.now() < patience {
                await clock.wait(for: signal, until: patience)
                stream.pump()
            }
            var reply = TLSPeer.reply.utf8.count
            while let piece = stream.input.next(atMost: reply) { reply -= piece.readableBytes }
            outcome = await network.secure(
                stream, destination: destination, serverName: SecureLink.serverName, signal: signal, deadline: .now() + time)
            clock.stop()
        }
    }
}
