import Basics
import DNS
import FoundationEssentials
import Journal
import NIOCore
import Policy
import SMTP

/// One client's session, relayed to the destination it meant to reach.
///
/// Read it in the order of the protocol: `run` here, then `Session+leg` (dial, greeting), `Session+hello` (EHLO, STARTTLS),
/// `Session+mail`, `Session+rcpt` (the verdict), `Session+data`, `Session+bdat`, `Session+end`.
final class Session {
    /// Who talks to whom.
    struct Peers {
        var client: Endpoint
        var destination: Endpoint
    }

    /// A reply that the client has not got yet, in the order of its commands.
    enum Pending {
        /// Our own answer.
        case local(Reply)
        /// The server's answer to a forwarded command.
        case forwarded(Forwarded)
    }

    /// A command sent upstream whose reply is still to come. Replies are matched by counting (RFC 2920 3.1).
    enum Forwarded {
        /// MAIL, which the client has had its answer to already.
        case mail(Transaction)
        case rcpt(Transaction)
        /// RSET; `answered`: of our own making, so nobody waits for the answer.
        case rset(answered: Bool)
    }

    let id: RecordID
    let peers: Peers
    let client: any ByteStream
    let network: any Network
    let policy: any PolicyGate
    let settings: RelaySettings
    let clock: any SessionClock
    let signal: Signal
    let shared: SharedState
    let transcript: Transcript

    /// The route that the destination is listed as.
    let route: RoutePolicy?
    /// The address that legs leave from; nil when the system chooses.
    let source: IPAddress?

    var leg: Leg? {
        // A verdict is about a leg: another one is judged anew.
        didSet { transaction?.verdicts = [:] }
    }
    /// The client's EHLO or HELO, once it came.
    var hello: (name: String, isExtended: Bool)?
    /// Keywords that the client was offered.
    var offered: Set<String> = []
    /// The client has authenticated itself to the server: another leg would not know it.
    var isAuthenticated = false
    var transaction: Transaction?
    var transactions = 0
    var messages = 0
    var errors = 0
    /// Names sent as SNI to the destination so far.
    var triedServerNames: [String] = []
    var redials = 0
    var pending = CircularBuffer<Pending>(initialCapacity: 1)
    /// How many of `pending` wait for the server.
    var outstanding = 0
    /// When the oldest outstanding reply is overdue.
    var replyDeadline = NIODeadline.distantFuture
    /// When a leg that is being dialled again must be ready.
    var redialDeadline = NIODeadline.distantFuture
    var bytesFromEarlierLegs = 0
    private var output = ByteBuffer()

    init(
        id: RecordID, peers: Peers, client: any ByteStream, network: any Network, policy: any PolicyGate, recorder: any Recorder,
        settings: RelaySettings, clock: any SessionClock, signal: Signal, shared: SharedState
    ) {
        self.id = id
        self.peers = peers
        self.client = client
        self.network = network
        self.policy = policy
        self.settings = settings
        route = settings.route(to: peers.destination.address)
        source = settings.sourceChoice.source(for: peers.destination.address)
        self.clock = clock
        self.signal = signal
        self.shared = shared
        transcript = Transcript(id: id, recorder: recorder, clock: clock)
    }

    /// The whole session. Returns when both sides are closed.
    func run() async {
        transcript.record(
            .opened(
                ConnectionOpened(
                    id: id, at: Date(), client: peers.client.address.description, clientPort: peers.client.port,
                    destination: peers.destination.address.description, destinationPort: peers.destination.port,
                    source: source?.description)))
        let end: SessionEnd
        do throws(SessionEnd) {
            try await greet()
            end = try await converse()
        } catch {
            end = error
        }
        await finish(end)
    }

    /// Reads commands until the session ends.
    private func converse() async throws(SessionEnd) -> SessionEnd {
        var idleDeadline = clock.now + settings.timeouts.command
        while true {
            if try relayReplies() { idleDeadline = clock.now + settings.timeouts.command }
            try checkLeg()
            if client.isWritable, pending.count < Self.maximumPending {
                client.pump()
                switch client.input.nextLine(limit: settings.limits.line) {
                case .line(let line, let bareLF):
                    if let end = try await handle(line, bareLF: bareLF) { return end }
                    idleDeadline = clock.now + settings.timeouts.command
                    continue
                case .tooLong:
                    try refuse(Reply(500, "5.5.2", "Line too long"))
                    continue
                case .incomplete:
                    if client.end != nil { throw .clientGone }
                    if shared.isDraining, outstanding == 0, transaction?.isOver ?? true { throw .draining }
                }
            }
            // The client's time runs while it has all its replies (RFC 5321 4.5.3.2.7), the server's while it owes one.
            let deadline = outstanding > 0 ? replyDeadline : idleDeadline
            try await wait(until: deadline)
            if clock.now >= deadline { throw outstanding > 0 ? .leg(.timeout("a reply")) : .clientTimeout }
        }
    }

    /// Replies that the client may be waiting for before no more of its commands are read.
    private static let maximumPending = 200

    private func handle(_ line: ByteBuffer, bareLF: Bool) async throws(SessionEnd) -> SessionEnd? {
        transcript.add(command: line)
        let command: Command
        do {
            command = try Command.parse(line, bareLF: bareLF)
        } catch {
            try refuse(error.reply)
            if error.losesFraming { throw .protocolError("the client's BDAT cannot be followed") }
            return nil
        }
        switch command {
        case .ehlo(let name): try await hello(name, line: line, isExtended: true)
        case .helo(let name): try await hello(name, line: line, isExtended: false)
        case .mail(let mail): try mailFrom(mail, line: line)
        case .rcpt(let recipient): try await rcptTo(recipient, line: line)
        case .data: try await data()
        case .bdat(let size, let last): try await bdat(line, size: size, last: last)
        case .rset: rset()
        case .noop: try await noop(line)
        case .quit:
            try await settle()
            return .quit
        case .vrfy: answer(Reply(252, "2.5.2", "Cannot verify; send the message and see"))
        case .help: answer(Reply(214, "2.0.0", "Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT"))
        case .auth: try await auth(line)
        case .expn, .etrn, .starttls: try refuse(Reply(502, "5.5.1", "Command not offered"))
        case .unknown: try refuse(Reply(500, "5.5.2", "Command not recognised"))
        }
        return nil
    }

    // MARK: Answers

    /// Queues our own answer, behind those the client is still waiting for.
    func answer(_ reply: Reply) {
        if pending.isEmpty { write(reply, .weftToClient) } else { pending.append(.local(reply)) }
    }

    /// Answers with an error, and ends the session of a client that makes nothing but errors.
    func refuse(_ reply: Reply) throws(SessionEnd) {
        errors += 1
        answer(reply)
        if errors > settings.limits.errors { throw .protocolError("too many errors") }
    }

    /// Writes a reply to the client's buffer.
    func write(_ reply: Reply, _ direction: Direction) {
        transcript.add(direction, reply)
        reply.encode(into: &output)
    }

    /// Sends what is queued, both ways.
    func flush() {
        if output.readableBytes > 0 {
            client.send(output)
            output = ByteBuffer()
        }
        client.flush()
        leg?.flush()
    }

    /// Sends what is queued, and suspends until something happened or the deadline passed.
    func wait(until deadline: NIODeadline) async throws(SessionEnd) {
        flush()
        // What was taken from the client's input since it was last looked at makes room for more.
        client.pump()
        await clock.wait(for: signal, until: deadline)
    }
}

/// Why a session ended.
enum SessionEnd: Error {
    /// The client said QUIT.
    case quit
    /// The client closed the connection without QUIT.
    case clientGone
    /// The client said nothing for too long.
    case clientTimeout
    /// The client broke the protocol so that its commands cannot be told from its data.
    case protocolError(String)
    /// The client had all the transactions that one connection may have.
    case tooManyTransactions
    /// The server said 421, which was relayed.
    case serverClosing
    /// The leg is no more.
    case leg(LegError)
    /// The daemon stops.
    case draining

    /// What becomes of the session when there is no leg, or no longer one.
    init(_ error: LegError) {
        if case .clientGone = error { self = .clientGone } else { self = .leg(error) }
    }

    /// One line for the journal.
    var reason: String {
        switch self {
        case .quit: "quit"
        case .clientGone: "client closed the connection"
        case .clientTimeout: "client timed out"
        case .protocolError(let what): "protocol error: \(what)"
        case .tooManyTransactions: "too many transactions"
        case .serverClosing: "server closed the session with 421"
        case .leg(let error): "upstream: \(error.text)"
        case .draining: "Weft is stopping"
        }
    }
}
