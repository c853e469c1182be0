import Basics
import NIOCore
import SMTP
import TLS

extension Session {
    /// Dials the destination and relays its greeting.
    func greet() async throws(SessionEnd) {
        let leg: Leg
        do {
            leg = try await connect()
        } catch {
            throw SessionEnd(error)
        }
        self.leg = leg
        write(leg.greeting, .upstreamToClient)
    }

    /// A new connection to the destination whose server has said its greeting (RFC 5321 4.3.1).
    private func connect() async throws(LegError) -> Leg {
        let stream: any ByteStream
        do {
            stream = try await network.dial(peers.destination, from: source, signal: signal)
        } catch {
            transcript.add(.upstreamNote, text: "dial \(peers.destination): \(error.reason)")
            throw .dial(error.reason)
        }
        transcript.add(.upstreamNote, text: "connected to \(peers.destination)")
        let leg = Leg(destination: peers.destination, stream: stream, maximumLine: settings.limits.line)
        do throws(LegError) {
            leg.greeting = try await reply(from: leg, within: settings.timeouts.greeting, for: "the greeting")
            guard leg.greeting.isPositive else { throw LegError.greeting(leg.greeting) }
            return leg
        } catch {
            abandon(leg)
            throw error
        }
    }

    /// EHLO, STARTTLS and EHLO again on a fresh connection.
    ///
    /// When the handshake fails the server is dialled again and left in clear, with the reason kept for the verdict: without a policy the
    /// mail goes in clear as it would without Weft (RFC 7435), with one it is held.
    func negotiate(_ first: Leg, as name: String, serverName: String?) async throws(LegError) -> Leg {
        guard var failure = try await secure(first, as: name, serverName: serverName) else { return first }
        let before = redialDeadline
        redialDeadline = min(before, clock.now + Self.redialBudget)
        defer { redialDeadline = before }
        // RFC 6066 3: a server may end the handshake over a name that it does not serve. The name was a guess: it may serve another.
        if failure.alert == Self.unrecognizedName, serverName != nil {
            transcript.add(.upstreamNote, text: "TLS handshake failed: \(failure.detail); dialling again without a name")
            let nameless = try await connect()
            guard let second = try await secure(nameless, as: name, serverName: nil) else { return nameless }
            failure = second
        }
        transcript.add(.upstreamNote, text: "TLS handshake failed: \(failure.detail); dialling again in clear")
        let clear = try await connect()
        do {
            try await hello(clear, as: name)
        } catch {
            abandon(clear)
            throw error
        }
        clear.tls = .failed(failure)
        return clear
    }

    /// The alert unrecognized_name (RFC 6066 9).
    private static let unrecognizedName = 112

    /// EHLO, STARTTLS if it is offered, and EHLO again. Returns why the handshake failed, if it did; the leg is closed then.
    private func secure(_ leg: Leg, as name: String, serverName: String?) async throws(LegError) -> TLSFailure? {
        do {
            try await hello(leg, as: name)
            guard leg.ehlo.offers("STARTTLS") else {
                leg.tls = .notOffered
                return nil
            }
            try await startTLS(leg, serverName: serverName)
            if leg.tls.isEstablished { try await hello(leg, as: name) }
            return nil
        } catch {
            abandon(leg)
            switch error {
            // RFC 8446 4.6.2, 6.2: a server may refuse the client after that holds the handshake to be complete.
            case .handshake(let reason), .lost(.tls(let reason)): return reason
            default: throw error
            }
        }
    }

    /// A leg with another name as SNI; nil when that cannot be had, with the reason in the transcript.
    func redial(serverName: String) async throws(SessionEnd) -> Leg? {
        guard let hello else { return nil }
        redials += 1
        transaction?.redials += 1
        transcript.add(.upstreamNote, text: "dialling again with the name \(serverName)")
        redialDeadline = clock.now + Self.redialBudget
        defer { redialDeadline = .distantFuture }
        do {
            return try await negotiate(connect(), as: hello.name, serverName: serverName)
        } catch .clientGone {
            throw .clientGone
        } catch {
            transcript.add(.upstreamNote, text: "dialling again failed: \(error.text)")
            return nil
        }
    }

    /// Puts `new` in the place of the current leg.
    func replaceLeg(with new: Leg) {
        if let old = leg { leave(old) }
        leg = new
        transaction?.isMailSent = false
        transaction?.mailRejection = nil
    }

    /// The leg for a new transaction: the current one, or after a silent re-dial when the server closed it while nothing was under way.
    func usableLeg() async throws(SessionEnd) -> Leg {
        if let leg { return leg }
        guard let hello, !isAuthenticated else { throw .leg(.lost(.closed)) }
        redialDeadline = clock.now + Self.redialBudget
        defer { redialDeadline = .distantFuture }
        do {
            let fresh = try await connect()
            let new = try await negotiate(fresh, as: hello.name, serverName: firstServerName(for: fresh))
            leg = new
            return new
        } catch {
            throw SessionEnd(error)
        }
    }

    /// What a client that waits for an answer may wait for another leg: with the look-ups far below its patience (RFC 5321 4.5.3.2).
    private static let redialBudget = TimeAmount.seconds(60)

    /// Takes leave of a leg that is not needed any more.
    func leave(_ leg: Leg) {
        bytesFromEarlierLegs += leg.stream.received
        leg.quit()
    }

    /// Closes a leg that is of no use.
    private func abandon(_ leg: Leg) {
        bytesFromEarlierLegs += leg.stream.received
        leg.stream.abort()
    }

    // MARK: Steps

    /// EHLO, or HELO where the server does not know EHLO (RFC 5321 3.2).
    private func hello(_ leg: Leg, as name: String) async throws(LegError) {
        let extended = try await exchange("EHLO \(name)", on: leg)
        if extended.isPositive {
            leg.ehlo = EHLOResponse(reply: extended)
            return
        }
        guard extended.isPermanent else { throw .hello(extended) }
        let plain = try await exchange("HELO \(name)", on: leg)
        guard plain.isPositive else { throw .hello(plain) }
        leg.ehlo = EHLOResponse(reply: Reply(250, nil, plain.text))
    }

    /// STARTTLS and the handshake (RFC 3207).
    private func startTLS(_ leg: Leg, serverName: String?) async throws(LegError) {
        let reply = try await exchange("STARTTLS", on: leg)
        if reply.code == 421 { throw .closing(reply) }
        guard reply.code == 220 else {
            leg.tls = .refused(code: reply.code, text: reply.text)
            return
        }
        // RFC 3207 6, CVE-2021-38371: what came in clear behind the reply must not be read as if it had come through TLS.
        leg.stream.pump()
        guard leg.stream.input.isEmpty else {
            throw .handshake(TLSFailure(kind: .localAlert, detail: "starttls-buffer-not-empty: data behind the reply to STARTTLS"))
        }
        let serverName = serverName.map { $0.lowercased() }
        if let serverName, !triedServerNames.contains(serverName) { triedServerNames.append(serverName) }
        let started = clock.now
        let result = await network.secure(
            leg.stream, destination: leg.destination, serverName: serverName, signal: signal,
            deadline: min(started + settings.timeouts.handshake, redialDeadline))
        switch result {
        case .failure(let failure):
            throw .handshake(failure)
        case .success(let secured):
            leg.stream = secured.stream
            leg.chain = secured.chain
            leg.forgetSession = secured.forgetSession
            leg.serverName = serverName
            leg.tls = .established(secured.info)
            leg.handshakeMilliseconds = Int((clock.now - started).nanoseconds / 1_000_000)
            transcript.add(
                .upstreamNote,
                text: "TLS \(secured.info.version.rawValue) \(secured.info.cipher), SNI \(serverName ?? "none")"
                    + (secured.info.resumed ? ", resumed" : ""))
        }
    }

    /// Sends one command and waits for its reply.
    func exchange(_ command: String, on leg: Leg) async throws(LegError) -> Reply {
        // What is there before the command is not its answer (RFC 2920 3.1), unless it says that there will be none (RFC 5321 3.8).
        if let early = try leg.nextReply() {
            transcript.add(.upstreamToWeft, early)
            guard early.code == 421 else { throw .malformed("a reply without a command: \(early)") }
            return early
        }
        transcript.add(.weftToUpstream, text: printable(command, limit: 2048))
        leg.send(command)
        return try await reply(from: leg, within: settings.timeouts.command, for: "the reply to \(command.prefix(8))")
    }

    /// The next reply of `leg`. A client that goes away meanwhile ends the waiting, unless `evenWithoutClient`.
    func reply(
        from leg: Leg, within time: TimeAmount, for what: String, evenWithoutClient: Bool = false
    ) async throws(LegError) -> Reply {
        let deadline = min(clock.now + time, redialDeadline)
        while true {
            if let reply = try leg.nextReply() {
                transcript.add(.upstreamToWeft, reply)
                return reply
            }
            if let end = leg.stream.end { throw .lost(end) }
            if client.end != nil, !evenWithoutClient { throw .clientGone }
            if clock.now >= deadline { throw .timeout(what) }
            leg.flush()
            flush()
            await clock.wait(for: signal, until: deadline)
        }
    }
}
