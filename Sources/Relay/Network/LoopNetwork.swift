import Basics
import NIOCore
import NIOPosix
import TLS

/// The real network of the sessions on one event loop.
final class LoopNetwork: Network {
    private let loop: any EventLoop
    private let running: RunningSettings
    private let sessions: TLSSessionCache
    private let clock: LoopClock

    init(loop: any EventLoop, settings: RunningSettings, sessions: TLSSessionCache, clock: LoopClock) {
        self.loop = loop
        running = settings
        self.sessions = sessions
        self.clock = clock
    }

    private var settings: RelaySettings { running.relay }

    func dial(_ destination: Endpoint, from source: IPAddress?, signal: Signal) async throws(DialFailure) -> any ByteStream {
        let stream = LoopStream(inputBound: settings.limits.messageBuffer)
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(settings.timeouts.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: settings.waterMark)
            .channelOption(.recvAllocator, value: RelaySettings.receiveAllocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(stream) }
            }
        if let mark = settings.mark {
            // So that the redirect rules let our own connections pass.
            bootstrap = bootstrap.channelOption(.socketOption(.init(rawValue: SO_MARK)), value: mark)
        }
        if let source {
            bootstrap = bootstrap.bind(to: source.socketAddress(port: 0))
        }
        guard !Task.isCancelled else { throw DialFailure(reason: "Weft is stopping") }
        let dialled = NIOLoopBound(stream, eventLoop: loop)
        do {
            try await withTaskCancellationHandler {
                _ = try await bootstrap.connect(to: destination.socketAddress).get()
            } onCancel: { [loop] in
                loop.execute { dialled.value.abort() }
            }
        } catch {
            throw DialFailure(reason: Task.isCancelled ? "Weft is stopping" : describe(error))
        }
        stream.signal = signal
        return stream
    }

    func secure(
        _ stream: any ByteStream, destination: Endpoint, serverName: DomainName?, signal: Signal, deadline: NIODeadline
    ) async -> Result<SecuredStream, TLSFailure> {
        let key = TLSSessionCache.Key(destination: destination, serverName: serverName)
        let resuming = sessions.session(for: key, now: clock.now)
        let connection: TLSConnection
        do {
            connection = try TLSConnection(context: running.tls, serverName: serverName, resuming: resuming)
        } catch {
            return .failure(TLSFailure(kind: .internal, detail: error.description))
        }
        while true {
            let progress = connection.handshake()
            if let ciphertext = connection.takeOutput() {
                stream.send(ciphertext)
                stream.flush()
            }
            switch progress {
            case .complete:
                guard let info = connection.info else {
                    return .failure(TLSFailure(kind: .internal, detail: "no parameters after the handshake"))
                }
                let (sessions, clock) = (sessions, clock)
                let secured = SecureStream(connection, over: stream) { sessions.store($0, for: key, now: clock.now) }
                return .success(
                    SecuredStream(stream: secured, info: info, chain: connection.peerChain) { sessions.remove(key) })
            case .failed(let failure):
                if resuming != nil { sessions.remove(key) }
                return .failure(failure)
            case .inProgress:
                break
            }
            stream.pump()
            if let ciphertext = stream.input.next() {
                connection.receive(ciphertext)
            } else if stream.end != nil {
                connection.inputEnded()
            } else if Task.isCancelled {
                return .failure(TLSFailure(kind: .timeout, detail: "Weft is stopping"))
            } else if clock.now >= deadline {
                let patience = settings.timeouts.handshake.components.seconds
                return .failure(TLSFailure(kind: .timeout, detail: "no end of the handshake within \(patience) s"))
            } else {
                await clock.wait(for: signal, until: deadline)
            }
        }
    }
}
