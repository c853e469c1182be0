import Basics
import DNS
import Journal
import Logging
import NIOCore
import NIOPosix
import Policy
import SMTP
import Synchronization
import TLS

/// The relay: listens for redirected connections and runs a session for each.
public final class RelayServer: Sendable {
    private struct State {
        var listeners: [any Channel] = []
        var sessions: [ObjectIdentifier: RunningSession] = [:]
        var perClient: [IPAddress: Int] = [:]
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: RelaySettings
    private let group: MultiThreadedEventLoopGroup
    private let policy: PolicyService
    private let journal: Journal
    private let tls: TLSContext
    private let logger: Logger
    private let shared = SharedState()
    private let tlsSessions = TLSSessionCache(capacity: 10_000)
    /// By event loop; kept for the life of the process, as jobs may be enqueued on them at any time.
    private let executors: [ObjectIdentifier: LoopExecutor]
    private let state = Mutex(State())

    /// A relay that is not listening yet.
    public init(
        settings: RelaySettings, group: MultiThreadedEventLoopGroup, policy: PolicyService, journal: Journal, tls: TLSContext,
        logger: Logger
    ) {
        self.settings = settings
        self.group = group
        self.policy = policy
        self.journal = journal
        self.tls = tls
        self.logger = logger
        executors = Dictionary(
            group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor(loop: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Sessions that are running.
    public var sessionCount: Int { state.withLock { $0.sessions.count } }

    /// Listens on all configured addresses; on none, when one of them fails.
    public func start() async throws(RelayError) {
        for (index, address) in settings.listen.enumerated() {
            do {
                let channel = try await listener(on: address.socketAddress)
                state.withLock { $0.listeners.append(channel) }
            } catch {
                for channel in state.withLock({ $0.listeners }) { try? await channel.close() }
                throw RelayError.listen(address: address, index: index, reason: describe(error))
            }
        }
    }

    /// Takes no more sessions, lets running transactions finish for as long as configured, then ends what is left.
    public func drain() async {
        for channel in state.withLock({ $0.listeners }) { try? await channel.close() }
        shared.startDraining()
        for session in state.withLock({ Array($0.sessions.values) }) { session.wake() }
        let deadline = Task { [self, settings] in
            try? await Task.sleep(nanoseconds: UInt64(max(0, settings.timeouts.drain.nanoseconds)))
            guard !Task.isCancelled else { return }
            for session in state.withLock({ Array($0.sessions.values) }) { session.abort() }
        }
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isIdle = state.withLock { state in
                if state.sessions.isEmpty { return true }
                state.idleWaiters.append(waiter)
                return false
            }
            if isIdle { waiter.resume() }
        }
        deadline.cancel()
    }

    private func listener(on address: SocketAddress) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: settings.waterMark)
            .childChannelOption(.recvAllocator, value: RelaySettings.receiveAllocator)
            .childChannelInitializer { [self] channel in
                let stream = LoopStream(inputBound: settings.limits.messageBuffer)
                do {
                    try channel.pipeline.syncOperations.addHandler(stream)
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
                return channel.originalDestination().map { self.accepted(channel, stream, destination: $0) }
            }
            .bind(to: address).get()
    }

    // MARK: Sessions

    private func accepted(_ channel: any Channel, _ stream: LoopStream, destination: Endpoint?) {
        guard let remote = channel.remoteAddress, let client = Endpoint(remote), let local = channel.localAddress else {
            stream.abort()
            return
        }
        guard let destination, destination != Endpoint(local), !isOwnListener(destination) else {
            logger.warning(
                "connection was not redirected to Weft: it has no other destination. See `weft rules`.",
                metadata: ["client": "\(client)", "local": "\(local)"])
            return reject(stream, Reply(421, "4.3.5", "This is a proxy for redirected connections, not a mail server"))
        }
        let running = RunningSession(stream: stream, loop: channel.eventLoop)
        if let refusal = admit(running, from: client.address) {
            logger.notice("session refused: \(refusal.text)", metadata: ["client": "\(client)"])
            return reject(stream, refusal)
        }
        run(running, channel: channel, peers: Session.Peers(client: client, destination: destination))
    }

    private func run(_ running: RunningSession, channel: any Channel, peers: Session.Peers) {
        guard let executor = executors[ObjectIdentifier(channel.eventLoop)] else { return running.abort() }
        let isolation = SessionActor(executor: executor)
        Task(executorPreference: executor) { [self] in
            await isolation.run { _ in
                let loop = running.loop
                let clock = LoopClock(loop: loop)
                let signal = running.signal
                running.stream.signal = signal
                let network = LoopNetwork(loop: loop, settings: settings, tls: tls, sessions: tlsSessions, clock: clock)
                await Session(
                    id: RecordID(), peers: peers, client: running.stream, network: network, policy: policy, recorder: journal,
                    settings: settings, clock: clock, signal: signal, shared: shared
                ).run()
            }
            release(running, from: peers.client.address)
        }
    }

    /// Counts the session in; returns the refusal when there are too many.
    private func admit(_ session: RunningSession, from client: IPAddress) -> Reply? {
        state.withLock { state in
            guard !shared.isDraining else { return Reply(421, "4.3.2", "Weft is stopping; try again") }
            guard state.sessions.count < settings.limits.sessions else { return Reply(421, "4.3.2", "Too many sessions; try again") }
            guard state.perClient[client, default: 0] < settings.limits.perClient else {
                return Reply(421, "4.7.0", "Too many sessions from \(client); try again")
            }
            state.perClient[client, default: 0] += 1
            state.sessions[ObjectIdentifier(session)] = session
            return nil
        }
    }

    private func release(_ session: RunningSession, from client: IPAddress) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.sessions[ObjectIdentifier(session)] = nil
            if let count = state.perClient[client] { state.perClient[client] = count > 1 ? count - 1 : nil }
            guard state.sessions.isEmpty else { return [] }
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func isOwnListener(_ destination: Endpoint) -> Bool {
        settings.listen.contains(destination)
    }

    private func reject(_ stream: LoopStream, _ reply: Reply) {
        var bytes = ByteBuffer()
        reply.encode(into: &bytes)
        stream.send(bytes)
        stream.close()
    }
}

/// A session as the relay keeps it: what it takes to wake or end it.
///
/// The stream and the signal belong to the session's event loop, where every method here takes its work (`@unchecked Sendable`).
private final class RunningSession: @unchecked Sendable {
    let stream: LoopStream
    let signal = Signal()
    let loop: any EventLoop

    init(stream: LoopStream, loop: any EventLoop) {
        self.stream = stream
        self.loop = loop
    }

    /// Lets an idle session notice that the daemon is stopping.
    func wake() {
        loop.execute { self.signal.raise() }
    }

    /// Takes the client away; the session ends.
    func abort() {
        loop.execute { self.stream.abort() }
    }
}

/// Why the relay cannot run.
public enum RelayError: Error, CustomStringConvertible {
    /// An address cannot be listened on.
    case listen(address: Endpoint, index: Int, reason: String)

    /// Which of the configured addresses.
    public var index: Int {
        switch self {
        case .listen(_, let index, _): index
        }
    }

    /// What to tell the operator.
    public var description: String {
        switch self {
        case .listen(let address, _, let reason):
            "cannot listen on \(address): \(reason); is another process using the port, or the address not configured on this machine?"
        }
    }
}
