import Basics
import DNS
import FoundationEssentials
import NIOCore
import Policy
import Records
import SMTP

/// One client's session (RFC 5321), relayed to the destination it meant to reach.
///
/// Read it in the order of the protocol: `run` here, then `Session+hello` (greeting, EHLO), `Session+auth`, `Session+mail`, `Session+rcpt`
/// (the verdict), `Session+data`, `Session+bdat`, `Session+message`, `Session+end`; `Session+replies` keeps what the client is told in order.
/// The server's side is ``Upstream``, the client's ``Downstream``.
final class Session {
    /// Who talks to whom.
    struct Peers {
        var client: Endpoint
        var destination: Endpoint
    }

    /// A command sent upstream whose reply is still to come.
    enum Forwarded {
        /// MAIL, which the client has had its answer to already.
        case mail(Transaction)
        /// RCPT; `recipient` counts those of the transaction that were sent.
        case rcpt(Transaction, recipient: Int)
        /// RSET; `answered`: of our own making, so nobody waits for the answer.
        case rset(answered: Bool)
    }

    let id: RecordID
    let peers: Peers
    let client: Downstream
    let upstream: Upstream
    let policy: any PolicyGate
    let recorder: any EventSink
    let running: RunningSettings
    var settings: RelaySettings { running.relay }
    let clock: any SessionClock
    let signal: Signal
    let shared: SharedState
    let transcript: Transcript

    /// Keywords that the client was offered.
    var offered: Set<String> = []
    var transaction: Transaction?
    var transactions = 0
    var messages = 0
    var errors = 0
    /// Commands since the last message that move no mail.
    var unproductive = 0
    /// What the client is owed.
    var replies: ReplyQueue<Forwarded>

    init(
        id: RecordID, peers: Peers, client: any ByteStream, network: any Network, policy: any PolicyGate, recorder: any EventSink,
        settings: RunningSettings, clock: any SessionClock, signal: Signal, shared: SharedState
    ) {
        self.id = id
        self.peers = peers
        self.policy = policy
        self.recorder = recorder
        running = settings
        self.clock = clock
        self.signal = signal
        self.shared = shared
        transcript = Transcript(clock: clock) { recorder.record(.transcript(id, $0)) }
        self.client = Downstream(stream: client, transcript: transcript, shared: shared)
        upstream = Upstream(
            destination: peers.destination, settings: settings, network: network, policy: policy, clock: clock, signal: signal,
            transcript: transcript, audience: self.client, brokenTLS: shared.brokenTLS)
        replies = ReplyQueue(patience: settings.relay.timeouts.command)
    }

    /// The whole session. Returns when both sides are closed.
    func run() async {
        record(
            .opened(
                ConnectionOpened(
                    id: id, at: Date(), client: peers.client.address, clientPort: peers.client.port,
                    destination: peers.destination.address, destinationPort: peers.destination.port,
                    source: upstream.source)))
        let end: SessionEnd
        do throws(SessionEnd) {
            try await greet()
            end = try await converse()
        } catch .clientGone where client.isDismissed && client.stream.end == nil {
            end = .draining
        } catch {
            end = error
        }
        await finish(end)
    }

    /// Reads commands until the session ends.
    private func converse() async throws(SessionEnd) -> SessionEnd {
        var idleDeadline = clock.end(of: settings.timeouts.command)
        var commands = 0
        while true {
            if commands >= Self.commandsOfATurn || client.queued >= Self.octetsOfATurn {
                // What one client has pipelined is not done in one piece, and what it does not read of the answers is not piled up.
                commands = 0
                flush()
                await clock.yield()
            }
            if client.isDismissed { throw .draining }
            if try relayReplies() { idleDeadline = clock.end(of: settings.timeouts.command) }
            try checkLeg()
            if client.stream.isWritable, replies.count < Self.maximumPending {
                client.stream.pump()
                switch client.stream.input.nextLine(limit: settings.limits.line) {
                case .line(let line, let bareLF):
                    commands += 1
                    if let end = try await handle(line, bareLF: bareLF) { return end }
                    idleDeadline = clock.end(of: settings.timeouts.command)
                    continue
                case .tooLong:
                    try refuse(Reply(500, "5.5.2", "Line too long"))
                    continue
                case .incomplete:
                    if client.hasEnded {
                        // Its input is over, not the session: it still gets what it asked for (RFC 5321 4.1.1.10 asks the same of QUIT).
                        try await settle()
                        throw .clientGone
                    }
                    if shared.isDraining, replies.outstanding == 0, transaction?.isOver ?? true { throw .draining }
                }
            }
            // The client's time runs while it has all its replies (RFC 5321 4.5.3.2.7), the server's while it owes one.
            let isServersTurn = replies.outstanding > 0
            let deadline = isServersTurn ? replies.deadline : idleDeadline
            await wait(until: deadline)
            if clock.now >= deadline { throw isServersTurn ? .leg(.timeout("a reply")) : .clientTimeout }
        }
    }

    /// MTAs probe with NOOP and RSET before each use of a connection that they keep; nobody needs a thousand for a message.
    private static let mostUnproductive = 1000

    /// What a session does before others have their turn: commands, and octets of answers.
    private static let commandsOfATurn = 32
    private static let octetsOfATurn = 64 * 1024

    /// Replies that the client may be waiting for before no more of its commands are read.
    private static let maximumPending = 200

    private func handle(_ line: ByteBuffer, bareLF: Bool) async throws(SessionEnd) -> SessionEnd? {
        client.hasAsked = true
        transcript.add(command: line)
        let command: Command
        do {
            command = try Command.parse(line, bareLF: bareLF)
        } catch {
            try refuse(error.reply)
            if error.losesFraming { throw .protocolError("the client's BDAT cannot be followed") }
            return nil
        }
        if !command.isProductive {
            unproductive += 1
            guard unproductive <= Self.mostUnproductive else { throw .protocolError("too many commands without a message") }
        }
        switch command {
        case .ehlo(let name): try await hello(name, isExtended: true)
        case .helo(let name): try await hello(name, isExtended: false)
        case .mail(let mail): try mailFrom(mail, line: line)
        case .rcpt(let recipient): try await rcptTo(recipient, line: line)
        case .data: try await data()
        case .bdat(let size, let last): try await bdat(line, size: size, last: last)
        case .rset: rset()
        case .noop: try await noop()
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

    /// Sends what is queued, both ways.
    func flush() {
        client.flush()
        upstream.leg?.flush()
    }

    /// Sends what is queued, and suspends until something happened or the deadline passed.
    func wait(until deadline: NIODeadline) async {
        flush()
        // What was taken from the client's input since it was last looked at makes room for more.
        client.stream.pump()
        await clock.wait(for: signal, until: deadline)
    }
}
