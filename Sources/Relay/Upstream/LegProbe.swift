import Basics
import DNS
import Glibc
import Journal
import NIOCore
import NIOPosix
import Policy
import SMTP
import Synchronization
import TLS

/// Dials a server as a session would and judges what it shows, without any mail: EHLO, STARTTLS, EHLO, QUIT.
public struct LegProbe: Sendable {
    /// What came of it.
    public struct Outcome: Sendable {
        /// The verdict on the leg; nil when there was none to judge.
        public var verdict: Verdict?
        /// The leg as it was judged.
        public var leg: LegEvidence?
        /// What the server's certificate says of itself.
        public var certificate: CertificateSummary?
        /// Why there was no leg to judge.
        public var failure: String?
        /// What was said.
        public var transcript: [TranscriptLine]
    }

    private let settings: RelaySettings
    private let policy: PolicyService
    private let tls: TLSContext
    private let executor: LoopExecutor

    /// Probes with the relay's settings, on a loop of `group`.
    public init(settings: RelaySettings, policy: PolicyService, tls: TLSContext, group: MultiThreadedEventLoopGroup) {
        self.settings = settings
        self.policy = policy
        self.tls = tls
        executor = LoopExecutor(loop: group.next())
    }

    /// Dials `destination` for recipients of `domain`.
    public func run(domain: String, destination: Endpoint) async -> Outcome {
        let recorder = ProbeRecorder()
        let isolation = SessionActor(executor: executor)
        let found = Mutex<Outcome>(Outcome(transcript: []))
        await Task(executorPreference: executor) {
            await isolation.run { _ in
                let outcome = await probe(domain: domain, destination: destination, recorder: recorder)
                found.withLock { $0 = outcome }
            }
        }.value
        var outcome = found.withLock { $0 }
        outcome.transcript = recorder.lines
        return outcome
    }

    private func probe(domain: String, destination: Endpoint, recorder: ProbeRecorder) async -> Outcome {
        var outcome = Outcome(transcript: [])
        guard case .mail(let mail)? = try? Command.parse(ByteBuffer(string: "MAIL FROM:<>"), bareLF: false),
            case .rcpt(let recipient)? = try? Command.parse(ByteBuffer(string: "RCPT TO:<postmaster@\(domain)>"), bareLF: false)
        else {
            outcome.failure = "no mail can be sent to \(domain)"
            return outcome
        }
        let clock = LoopClock(loop: executor.loop)
        let network = LoopNetwork(
            loop: executor.loop, settings: settings, tls: tls, sessions: TLSSessionCache(capacity: 1), clock: clock)
        let session = Session(
            id: RecordID(), peers: Session.Peers(client: Endpoint(address: destination.address, port: 0), destination: destination),
            client: AbsentClient(), network: network, policy: policy, recorder: recorder, settings: settings, clock: clock,
            signal: Signal(), shared: SharedState(capacity: 1))
        let end: SessionEnd
        do throws(SessionEnd) {
            try await session.greet()
            try await session.hello(Self.hostName, line: ByteBuffer(), isExtended: true)
            let transaction = Transaction(number: 1, startedAt: .distantPast, mail: mail, line: ByteBuffer(), content: .none)
            let (judgement, verdict, leg) = try await session.judge(recipient, in: transaction)
            outcome.verdict = verdict
            outcome.leg = judgement.leg
            outcome.certificate = leg.chain?.leaf
            end = .quit
        } catch {
            outcome.failure = error.reason
            end = error
        }
        await session.finish(end)
        return outcome
    }

    /// The name for EHLO: this machine's.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (try? DomainName(bytes, as: .mail))?.text ?? "localhost"
    }
}

/// In the place of a client: says nothing, takes everything.
private final class AbsentClient: ByteStream {
    var input = ByteQueue()
    let end: StreamEnd? = nil
    let isWritable = true
    let received = 0

    func pump() {}
    func send(_ bytes: ByteBuffer) {}
    func flush() {}
    func close() {}
    func abort() {}
}

/// Keeps the transcript, and nothing on disk.
private final class ProbeRecorder: Recorder {
    private let kept = Mutex<[TranscriptLine]>([])

    var lines: [TranscriptLine] { kept.withLock { $0 } }
    let isCongested = false
    let health = Journal.Health.healthy

    func record(_ event: JournalEvent) {
        if case .transcript(_, let lines) = event { kept.withLock { $0 += lines } }
    }

    func waitForSpace() async {}
    func commit() async throws(JournalError) {}
}
