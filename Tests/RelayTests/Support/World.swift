import Basics
import NIOCore
import RecordsTesting
import TLS
import TestSupport
import Testing

@testable import Relay

/// Everything around one session: its client, the servers it dials, the policy, the journal, and the time.
///
/// Nothing runs beside the session. When it waits, the next thing happens: a piece of what a server said arrives, else a piece of what the
/// client said, else the client takes its next turn, else time passes to the deadline.
///
/// Promise 1 and 6 are checked at each command that reaches a server, and at each dial that no other connection to it is open, whatever the
/// test is about.
final class World: SessionClock {
    /// What the client does when all is quiet.
    enum Turn {
        case say([UInt8])
        /// The client's connection is gone.
        case end
        /// The client says no more, and still reads.
        case endOfInput
        /// Nothing, until the session stops waiting.
        case idle
        case act(() -> Void)

        /// Whether it is nothing that the client does.
        var isAct: Bool { if case .act = self { true } else { false } }
    }

    /// What a dial meets.
    enum Dial {
        case server(ScriptedServer)
        case refused(String)
    }

    static let address = IPAddress("203.0.113.25") ?? { preconditionFailure("an address") }()

    let chunk: Int
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private(set) var now = World.start
    /// How long the session has lasted.
    var elapsed: TimeAmount { now - Self.start }
    let signal = Signal()
    let client = ScriptedStream()
    let server: ScriptedServer
    let gate = ScriptedGate()
    let journal = ScriptedSink()
    let shared: SharedState
    var settings = RelaySettings()
    var turns: [Turn] = []
    /// What the dials meet, in their order; past the end they are refused.
    var dials: [Dial]
    private(set) var servers: [ScriptedServer] = []
    private(set) var dialled = 0
    /// The source address of each dial.
    fileprivate(set) var sources: [IPAddress?] = []
    /// What the client got.
    private(set) var output: [UInt8] = []
    /// How often a session was not to be resumed.
    var forgotten = 0
    private(set) var isStopped = false
    private var waits = 0
    /// How often the session let others go first.
    private(set) var yields = 0

    init(chunk: Int = 1000, shared: SharedState = SharedState(), _ dials: Dial...) {
        self.chunk = chunk
        self.shared = shared
        let first = ScriptedServer()
        self.dials = dials.isEmpty ? [.server(first)] : dials
        server = if case .server(let given)? = dials.first { given } else { first }
        client.onSend = { [unowned self] in output += $0 }
        gate.connection = { [unowned self] in (servers.lastIndex { $0.closing == nil } ?? -1) + 1 }
    }

    /// Runs a session to its end.
    nonisolated(nonsending) func run() async {
        let network = ScriptedNetwork(world: self)
        let peers = Session.Peers(
            client: Endpoint(address: IPAddress("192.0.2.7") ?? Self.address, port: 40000),
            destination: Endpoint(address: Self.address, port: 25))
        guard let running = try? RunningSettings(settings) else {
            Issue.record("no settings for TLS")
            return
        }
        let session = Session(
            id: RecordID(), peers: peers, client: client, network: network, policy: gate, recorder: journal, settings: running,
            clock: self, signal: signal, shared: shared)
        await session.run()
        #expect(isStopped, "the clock was not stopped")
        #expect(client.closing != nil, "the client's connection was left open")
        for server in servers { #expect(server.closing != nil, "a connection to the server was left open") }
    }

    // MARK: The client

    /// The client's turns: each is said when all is quiet.
    func say(_ texts: String...) { turns += texts.map { .say(Array($0.utf8)) } }

    /// Lines said one by one, each in a turn of its own.
    func say(lines: String...) { turns += lines.map { .say(Array("\($0)\r\n".utf8)) } }

    /// Something happens when the client would take its next turn; the session is woken.
    func then(_ body: @escaping () -> Void) { turns.append(.act(body)) }

    /// What the client was told: a reply each, the lines of one divided by LF.
    var replies: [String] {
        var replies: [String] = []
        var lines: [Substring] = []
        for line in String(decoding: output, as: UTF8.self).split(separator: "\r\n") {
            lines.append(line)
            if line.dropFirst(3).first == "-" { continue }
            replies.append(lines.joined(separator: "\n"))
            lines = []
        }
        #expect(lines.isEmpty, "half a reply")
        return replies
    }

    var codes: [Int] { replies.compactMap { Int($0.prefix(3)) } }

    // MARK: The clock

    nonisolated(nonsending) func wait(for signal: Signal, until deadline: NIODeadline) async {
        waits += 1
        guard waits < 400_000 else { return giveUp("the session waits for ever") }
        if signal.consume() { return }
        for server in servers where server.stream.deliver(atMost: chunk) { return }
        if client.deliver(atMost: chunk) { return }
        while let turn = turns.first, client.end == nil || client.stillReads || turn.isAct {
            switch turns.removeFirst() {
            case .say(let bytes): client.say(bytes)
            case .end: client.say(end: .closed)
            case .endOfInput: client.say(end: .closed, stillReads: true)
            case .idle: return pass(to: deadline)
            case .act(let body):
                body()
                return
            }
            if client.deliver(atMost: chunk) { return }
        }
        pass(to: deadline)
    }

    func yield() { yields += 1 }

    func stop() { isStopped = true }

    /// Time passes while something else than the session keeps it waiting.
    func pass(_ time: TimeAmount) { now = now + time }

    private func pass(to deadline: NIODeadline) {
        if deadline == .distantFuture { return giveUp("nothing will ever happen") }
        if deadline <= now { return giveUp("the session waits until a time that has passed") }
        now = deadline
    }

    private func giveUp(_ why: Comment) {
        Issue.record(why)
        now = now + .hours(1)
        client.fail(.failed("given up"))
        for server in servers { server.stream.fail(.failed("given up")) }
    }

    // MARK: The network

    func nextServer() -> Dial {
        dialled += 1
        // Many servers take one connection of a client at a time.
        #expect(servers.allSatisfy { $0.closing != nil }, "dialled while there is a connection to the server")
        let dial = dials.isEmpty ? Dial.refused("connection refused") : dials.removeFirst()
        guard case .server(let server) = dial else { return dial }
        servers.append(server)
        let number = servers.count
        server.onCommand = { [unowned self] line in check(line, on: number) }
        server.accept()
        return dial
    }

    /// Promise 1: nothing of a message crosses a leg before the verdict of a recipient's domain on that very leg. Promise 6: nor before the
    /// verdict is recorded.
    private func check(_ line: String, on number: Int) {
        let verb = line.prefix { $0 != " " }.uppercased()
        if ["EHLO", "HELO", "STARTTLS", "NOOP", "QUIT"].contains(verb) { return }
        #expect(gate.accepted.contains { $0.hasSuffix("#\(number)") }, "\(line) before a verdict accepted the leg")
        guard verb == "RCPT" else { return }
        let recipient = String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " || $0 == "<" }.prefix { $0 != ">" && $0 != " " })
        let domain = recipient.split(separator: "@").dropFirst().last.map { $0.hasPrefix("[") ? "" : $0.lowercased() } ?? ""
        #expect(gate.accepted.contains("\(domain)#\(number)"), "\(line) without a verdict for \(domain)")
        #expect(
            journal.decisions.contains { $0.recipient == recipient && $0.action == .accept } || settings.onJournalFailure == .continue,
            "\(line) without a recorded decision")
    }
}

/// The network of a world.
final class ScriptedNetwork: Network {
    private unowned let world: World

    init(world: World) { self.world = world }

    nonisolated(nonsending) func dial(
        _ destination: Endpoint, from source: IPAddress?, signal: Signal
    ) async throws(DialFailure) -> any ByteStream {
        world.sources.append(source)
        switch world.nextServer() {
        case .server(let server): return server.stream
        case .refused(let reason): throw DialFailure(reason: reason)
        }
    }

    nonisolated(nonsending) func secure(
        _ stream: any ByteStream, destination: Endpoint, serverName: DomainName?, signal: Signal, deadline: NIODeadline
    ) async -> Result<SecuredStream, TLSFailure> {
        guard let server = world.servers.first(where: { $0.stream === stream }) else {
            return .failure(TLSFailure(kind: .internal, detail: "an unknown stream"))
        }
        switch server.startTLS(serverName: serverName) {
        case .completes:
            return .success(SecuredStream(stream: stream, info: .modern, chain: nil) { [unowned world] in world.forgotten += 1 })
        case .fails(let failure):
            return .failure(failure)
        }
    }
}
