import Basics
import FoundationEssentials
import Logging
import NIOCore
import NIOPosix
import Policy
import Records
import SMTP
import Synchronization
import TLS

/// The relay: listens for redirected connections and runs a session for each.
///
/// It only wires: an ``Interception`` says what an accepted connection is, an ``Admission`` whether it may open a session.
public final class RelayServer: Sendable {
    private struct State {
        var listeners: [any Channel] = []
        var admission: any Admission
        var sessions: [AdmissionTicket: RunningSession] = [:]
        /// Refused connections that are still open, so that their clients get the refusal.
        var farewells = 0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []

        /// Who waits for the relay to be idle, if it is.
        mutating func takeIdleWaiters() -> [CheckedContinuation<Void, Never>] {
            guard isIdle else { return [] }
            defer { idleWaiters = [] }
            return idleWaiters
        }

        var isIdle: Bool { sessions.isEmpty && farewells == 0 }
    }

    /// Refused connections that are waited for; more are closed at once, so that a flood of clients does not take all descriptors.
    private static let maximumFarewells = 256

    /// What the next session is given.
    private let current: Mutex<RunningSettings>
    private let listen: [Endpoint]
    private let group: MultiThreadedEventLoopGroup
    private let policy: any PolicyGate
    private let recorder: any EventSink
    private let interception: any Interception
    private let logger: Logger
    private let shared = SharedState()
    private let tlsSessions = TLSSessionCache(capacity: 10_000)
    /// By event loop; kept for the life of the process, as jobs may be enqueued on them at any time.
    private let executors: [ObjectIdentifier: LoopExecutor]
    private let state: Mutex<State>

    /// A relay that is not listening yet.
    ///
    /// - Parameter interception: how connections come here; nil for a packet filter that redirects them.
    package convenience init(
        settings: RunningSettings, group: MultiThreadedEventLoopGroup, policy: PolicyService, journal: any EventSink,
        interception: (any Interception)? = nil, logger: Logger
    ) {
        self.init(
            settings: settings, group: group, policy: policy, recorder: journal,
            interception: interception ?? RedirectInterception(listeners: settings.relay.listen), logger: logger)
    }

    init(
        settings: RunningSettings, group: MultiThreadedEventLoopGroup, policy: any PolicyGate, recorder: any EventSink,
        interception: any Interception, logger: Logger
    ) {
        current = Mutex(settings)
        listen = settings.relay.listen
        self.group = group
        self.policy = policy
        self.recorder = recorder
        self.interception = interception
        self.logger = logger
        executors = Dictionary(
            group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor(loop: $0)) }, uniquingKeysWith: { first, _ in first })
        let limits = settings.relay.limits
        state = Mutex(State(admission: CountedAdmission(sessionLimit: limits.sessions, clientLimit: limits.perClient)))
    }

    /// Gives new settings to the sessions that are accepted from now on; those that are running keep theirs. Where it listens stays.
    public func reconfigure(_ settings: RunningSettings) {
        current.withLock { $0 = settings }
        state.withLock { $0.admission.setLimits(settings.relay.limits) }
    }

    /// Sessions that are running.
    public var sessionCount: Int { state.withLock { $0.admission.count } }

    /// What sessions have learned of servers, or of the one at `address`.
    public func learned(about address: IPAddress?) -> [LearnedFact] { shared.learned(about: address, now: .now(), time: Date()) }

    /// Where the relay listens now, in the order of the settings.
    var listening: [Endpoint] {
        state.withLock { $0.listeners.compactMap { $0.localAddress.flatMap(Endpoint.init) } }
    }

    /// Listens on all configured addresses; on none, when one of them fails.
    public func start() async throws(RelayError) {
        for (index, address) in listen.enumerated() {
            do {
                let channel = try await listener(on: address.socketAddress)
                state.withLock { $0.listeners.append(channel) }
            } catch {
                await stopListening()
                throw RelayError.listen(address: address, index: index, reason: describe(error))
            }
        }
    }

    /// Takes no more sessions, lets running transactions finish for as long as configured, then ends what is left.
    public func drain() async {
        state.withLock { $0.admission.drain() }
        await stopListening()
        shared.startDraining()
        for session in state.withLock({ Array($0.sessions.values) }) { session.wake() }
        let patience = current.withLock { $0.relay.timeouts.drain }
        let deadline = Task { [self] in
            try? await Task.sleep(for: patience)
            guard !Task.isCancelled else { return }
            endDrain()
        }
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isIdle = state.withLock { state in
                if !state.isIdle { state.idleWaiters.append(waiter) }
                return state.isIdle
            }
            if isIdle { waiter.resume() }
        }
        deadline.cancel()
    }

    /// Ends a drain before its time: what still runs is told 421 and cut.
    public func endDrain() {
        shared.endDraining()
        for session in state.withLock({ Array($0.sessions.values) }) { session.cutShort() }
    }

    private func stopListening() async {
        let listeners = state.withLock { state in
            defer { state.listeners = [] }
            return state.listeners
        }
        for channel in listeners { try? await channel.close() }
    }

    private func listener(on address: SocketAddress) async throws -> any Channel {
        var bootstrap = ServerBootstrap(group: group)
        if case .v6 = address {
            // IPv4 has listeners of its own; their clients would come here in another guise, and both could not have one port.
            bootstrap = bootstrap.serverChannelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
        }
        return
            try await bootstrap
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // A client that says no more still wants its answers.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: RelaySettings.receiveAllocator)
            .childChannelInitializer { [self] channel in
                let settings = current.withLock { $0 }
                let stream = LoopStream(inputBound: settings.relay.limits.messageBuffer)
                do {
                    try channel.syncOptions?.setOption(.writeBufferWaterMark, value: settings.relay.waterMark)
                    try channel.pipeline.syncOperations.addHandler(stream)
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
                return interception.intercepted(channel).map { self.accepted(channel, stream, $0, settings) }
            }
            .bind(to: address).get()
    }

    // MARK: Sessions

    private func accepted(_ channel: any Channel, _ stream: LoopStream, _ intercepted: Intercepted, _ settings: RunningSettings) {
        switch intercepted {
        case .redirected(let client, let destination):
            let running = RunningSession(stream: stream, loop: channel.eventLoop)
            switch admit(running, from: client.address) {
            case .admitted(let ticket):
                run(running, ticket, channel: channel, peers: Session.Peers(client: client, destination: destination), settings)
            case .refused(let refusal):
                logger.notice("session refused: \(refusal)", metadata: ["client": "\(client)"])
                refuse(channel, stream, refusal.reply(to: client.address))
            }
        case .notRedirected(let client, let local):
            logger.warning(
                "connection was not redirected to Weft: it has no other destination. See `weft rules`.",
                metadata: ["client": "\(client)", "local": "\(local)"])
            refuse(channel, stream, Reply(421, "4.3.5", "This is a proxy for redirected connections, not a mail server"))
        case .loop(let client, let destination):
            logger.warning(
                "connection refused: it was redirected from one of Weft's own addresses, so that Weft would dial itself. See `weft rules`.",
                metadata: ["client": "\(client)", "destination": "\(destination)"])
            refuse(channel, stream, Reply(421, "4.4.6", "\(destination) is this proxy itself"))
        case .gone:
            stream.abort()
        }
    }

    private func run(
        _ running: RunningSession, _ ticket: AdmissionTicket, channel: any Channel, peers: Session.Peers, _ settings: RunningSettings
    ) {
        guard let executor = executors[ObjectIdentifier(channel.eventLoop)] else {
            preconditionFailure("a connection on a loop that is not of the relay's group")
        }
        let isolation = SessionActor(executor: executor)
        running.task = Task(executorPreference: executor) { [self] in
            await isolation.run { _ in
                let loop = running.loop
                let clock = LoopClock(loop: loop)
                let signal = running.signal
                running.stream.signal = signal
                let network = LoopNetwork(
                    loop: loop, settings: settings, sessions: tlsSessions, clock: clock)
                await Session(
                    id: RecordID(), peers: peers, client: running.stream, network: network,
                    policy: SettledPolicy(gate: policy, settings: settings), recorder: recorder,
                    settings: settings, clock: clock, signal: signal, shared: shared
                ).run()
                // A client that is told goodbye has its place until it is gone.
                if running.stream.isParting { try? await channel.closeFuture.get() }
            }
            release(ticket)
        }
    }

    private func admit(_ session: RunningSession, from client: IPAddress) -> AdmissionAnswer {
        state.withLock { state in
            let answer = state.admission.admit(client, at: .now())
            if case .admitted(let ticket) = answer { state.sessions[ticket] = session }
            return answer
        }
    }

    private func release(_ ticket: AdmissionTicket) {
        let waiters = state.withLock { state in
            state.admission.release(ticket)
            state.sessions[ticket] = nil
            return state.takeIdleWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    private func refuse(_ channel: any Channel, _ stream: LoopStream, _ reply: Reply) {
        var bytes = ByteBuffer()
        reply.encode(into: &bytes)
        stream.send(bytes)
        let isWaitedFor = state.withLock { state in
            guard state.farewells < Self.maximumFarewells else { return false }
            state.farewells += 1
            return true
        }
        guard isWaitedFor else { return stream.close() }
        channel.closeFuture.whenComplete { [self] _ in
            let waiters = state.withLock { state in
                state.farewells -= 1
                return state.takeIdleWaiters()
            }
            for waiter in waiters { waiter.resume() }
        }
        stream.closeGently()
    }
}
