import Basics
import NIOCore
import SMTP

extension Upstream {
    /// The next reply of `leg`, if it has arrived. Every reply is read here, and a server that says 421 is heard here, whatever it answers:
    /// it is its last word (RFC 5321 3.8).
    func nextReply(of leg: Leg, _ phase: UpstreamReply.Phase, since start: NIODeadline) throws(LegError) -> UpstreamReply? {
        let next: Reply?
        do throws(LegError) { next = try leg.nextReply() } catch {
            noteQuirk(of: leg)
            throw error
        }
        noteQuirk(of: leg)
        guard let reply = next else { return nil }
        transcript.add(.upstreamToWeft, reply)
        let received = UpstreamReply(phase: phase, reply: reply, latency: clock.now - start)
        guard reply.code != 421 else { throw .closing(received) }
        return received
    }

    private func noteQuirk(of leg: Leg) {
        if let quirk = leg.takeQuirk() { transcript.add(.upstreamNote, text: "taken as it is: \(quirk)") }
    }

    /// Waits for the next reply of `leg`. An audience that goes away ends the waiting, unless `evenAlone`.
    func reply(
        of leg: Leg, _ phase: UpstreamReply.Phase, within time: Duration, _ budget: DialBudget = .unlimited, evenAlone: Bool = false
    ) async throws(LegError) -> UpstreamReply {
        let start = clock.now
        let deadline = budget.end(of: time, from: start)
        while true {
            if let reply = try nextReply(of: leg, phase, since: start) { return reply }
            if let end = leg.stream.end { throw .lost(end) }
            if audience?.isDismissed == true { throw .draining }
            if !evenAlone, audience?.isGone == true { throw .clientGone }
            if clock.now >= deadline { throw .timeout(phase.awaited) }
            leg.flush()
            audience?.flush()
            await clock.wait(for: signal, until: deadline)
        }
    }

    /// Sends one command and waits for its reply.
    func exchange(
        _ command: String, _ phase: UpstreamReply.Phase, on leg: Leg, _ budget: DialBudget = .unlimited
    ) async throws(LegError) -> UpstreamReply {
        // What is there before the command is not its answer (RFC 2920 3.1).
        if let early = try nextReply(of: leg, phase, since: clock.now) { throw .malformed("a reply without a command: \(early.reply)") }
        transcript.add(.weftToUpstream, text: printable(command, limit: 2048))
        leg.send(command)
        return try await reply(of: leg, phase, within: settings.timeouts.command, budget)
    }
}
