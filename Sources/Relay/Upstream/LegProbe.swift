import Basics
import DNS
import Glibc
import NIOCore
import NIOPosix
import Policy
import Records
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

    private let settings: RunningSettings
    private let policy: any PolicyGate
    private let executor: LoopExecutor

    /// Probes with the relay's settings, on a loop of `group`.
    public init(settings: RunningSettings, policy: PolicyService, group: MultiThreadedEventLoopGroup) {
        self.init(settings: settings, gate: policy, loop: group.next())
    }

    init(settings: RunningSettings, gate: any PolicyGate, loop: any EventLoop) {
        self.settings = settings
        policy = gate
        executor = LoopExecutor(loop: loop)
    }

    /// Dials `destination` for recipients of `domain`.
    public func run(domain: DomainName, destination: Endpoint) async -> Outcome {
        let isolation = SessionActor(executor: executor)
        let found = Mutex<Outcome>(Outcome(transcript: []))
        await Task(executorPreference: executor) {
            await isolation.run { _ in
                let outcome = await probe(domain: domain, destination: destination)
                found.withLock { $0 = outcome }
            }
        }.value
        return found.withLock { $0 }
    }

    private func probe(domain: DomainName, destination: Endpoint) async -> Outcome {
        var outcome = Outcome(transcript: [])
        let clock = LoopClock(loop: executor.loop)
        let network = LoopNetwork(
            loop: executor.loop, settings: settings, sessions: TLSSessionCache(capacity: 1), clock: clock)
        var lines: [TranscriptLine] = []
        let transcript = Transcript(clock: clock) { lines += $0 }
        let upstream = Upstream(
            destination: destination, settings: settings, network: network, policy: policy, clock: clock, signal: Signal(),
            transcript: transcript, audience: nil)
        let failure = await examine(upstream, for: domain, into: &outcome)
        outcome.failure = failure?.reason
        await upstream.end(mayQuit: failure?.mayQuit ?? true)
        clock.stop()
        transcript.handOver()
        outcome.transcript = lines
        return outcome
    }

    /// Dials the server, speaks with it and asks the policy; returns why that came to no verdict.
    private func examine(_ upstream: Upstream, for domain: DomainName, into outcome: inout Outcome) async -> SessionEnd? {
        do throws(LegError) {
            _ = try await upstream.open()
            _ = try await upstream.hello(as: Self.hostName)
        } catch {
            return SessionEnd(error)
        }
        var selection = LegSelection()
        do throws(SessionEnd) {
            let found = try await selection.run(for: LegClaim(domain: domain), of: IdleClaimant(upstream: upstream), on: upstream)
            outcome.verdict = found.verdict
            outcome.leg = found.judgement.leg
            outcome.certificate = found.leg.chain?.leaf
            return nil
        } catch {
            return error
        }
    }

    /// The name for EHLO: this machine's.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (try? DomainName(bytes, as: .mail))?.text ?? "localhost"
    }
}
