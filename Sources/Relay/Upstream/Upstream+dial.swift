import Basics
import NIOCore
import SMTP
import TLS

extension Upstream {
    /// Dials the destination; returns its greeting.
    func open() async throws(LegError) -> Reply {
        let leg = try await connect(.unlimited)
        self.leg = leg
        return leg.greeting
    }

    /// A new connection to the destination whose server has said its greeting (RFC 5321 4.3.1).
    func connect(_ budget: DialBudget) async throws(LegError) -> Leg {
        let begun = clock.now
        let stream: any ByteStream
        do {
            stream = try await network.dial(destination, from: source, signal: signal)
        } catch {
            transcript.add(.upstreamNote, text: "dial \(destination): \(error.reason)")
            if audience?.isDismissed == true { throw .draining }
            throw .dial(error.reason)
        }
        transcript.add(.upstreamNote, text: "connected to \(destination)")
        let leg = Leg(destination: destination, stream: stream, maximumLine: settings.limits.line)
        leg.dialledAt = begun
        do throws(LegError) {
            leg.greeting = try await reply(of: leg, .greeting, within: settings.timeouts.greeting, budget).reply
            guard leg.greeting.isPositive else { throw LegError.greeting(leg.greeting) }
            return leg
        } catch {
            retire(leg, .abort)
            throw error
        }
    }

    /// The leg for a new transaction: the current one, or after a silent re-dial when the server closed it while nothing was under way.
    func usableLeg() async throws(LegError) -> Leg {
        if let leg { return leg }
        guard let name, !isAuthenticated else { throw .lost(.closed) }
        let budget = DialBudget.another(from: clock.now)
        let fresh = try await connect(budget)
        let new = try await negotiate(fresh, as: name, serverName: .guess(firstServerName(for: fresh)), budget)
        leg = new
        return new
    }

    /// Leaves `old` and dials again with this name as SNI. Returns why that came to nothing, if it did: the leg is one as before then.
    ///
    /// Many servers take one connection of a client at a time, so the old one is left first, and its end is waited for.
    func redial(serverName: DomainName?, insteadOf old: Leg) async throws(LegError) -> LegError? {
        guard let name else { throw .lost(.closed) }
        redials += 1
        await end(mayQuit: true)
        if let serverName { noteTried(serverName) }
        transcript.add(.upstreamNote, text: "dialling again with \(serverName.map { "the name \($0)" } ?? "no name")")
        let budget = DialBudget.another(from: clock.now)
        let choice: ServerNameChoice =
            old.tls.isEstablished ? .better(serverName, than: old.serverName) : serverName.map { .wanted($0) } ?? .guess(nil)
        let failure: LegError
        do {
            leg = try await negotiate(connect(budget), as: name, serverName: choice, budget)
            return nil
        } catch .clientGone {
            throw .clientGone
        } catch .draining {
            throw .draining
        } catch {
            failure = error
        }
        guard clock.now < budget.deadline else { throw failure }
        transcript.add(.upstreamNote, text: "dialling again failed: \(failure.text); dialling as before")
        do {
            leg = try await negotiate(connect(budget), as: name, serverName: .guess(old.serverName), budget)
            return failure
        } catch .clientGone {
            throw .clientGone
        } catch .draining {
            throw .draining
        } catch {
            throw failure
        }
    }

    /// Looks at a server that owes nothing: it may have closed (RFC 5321 3.8), which is remembered, and mended when a leg is needed, unless
    /// the leg is `inUse`.
    func checkIdleLeg(inUse: Bool) throws(LegError) {
        guard let leg else { return }
        if let reply = try nextReply(of: leg, .idle, since: clock.now) { throw .malformed("a reply without a command: \(reply.reply)") }
        guard let end = leg.stream.end else { return }
        guard name != nil, !inUse else { throw .lost(end) }
        retire(leg, .close, because: "the server closed the idle connection: \(end)")
    }

    func noteTried(_ serverName: DomainName) {
        if !triedServerNames.contains(serverName) { triedServerNames.append(serverName) }
    }
}
