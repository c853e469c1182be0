import Basics
import NIOCore
import SMTP
import TLS

extension Upstream {
    /// The leg that a client's EHLO is about. The first one makes it speak, and is followed by STARTTLS.
    func hello(as name: String) async throws(LegError) -> Leg {
        if self.name == nil, let greeted = leg {
            leg = try await negotiate(greeted, as: name, serverName: .guess(firstServerName(for: greeted)), .unlimited)
        }
        self.name = name
        return try await usableLeg()
    }

    /// The name to send as SNI to a server of which nobody has asked for a certain one.
    func firstServerName(for leg: Leg) -> DomainName? {
        route?.host ?? policy.serverName(at: destination.address) ?? triedServerNames.last ?? Session.hostName(in: leg.greeting)
    }

    /// EHLO, STARTTLS and EHLO again on a fresh connection.
    ///
    /// When the handshake fails, or EHLO is not answered after it, the server is dialled again and left in clear, with the reason kept for the
    /// verdict: without a policy the mail goes in clear as it would without Weft (RFC 7435), with one it is held. Where TLS broke again and again
    /// lately a leg goes in clear at once, unless a policy asked for it by a name.
    func negotiate(_ first: Leg, as name: String, serverName choice: ServerNameChoice, _ budget: DialBudget) async throws(LegError) -> Leg {
        if case .guess = choice, let failure = brokenTLS?.failure(at: destination.address, now: clock.now) {
            transcript.add(.upstreamNote, text: "\(failure.detail); going in clear")
            do { try await sayHello(first, as: name, budget) } catch {
                retire(first, .abort)
                throw error
            }
            first.tls = first.ehlo.offers("STARTTLS") ? .failed(failure) : .notOffered
            return first
        }
        guard var failure = try await secure(first, as: name, serverName: choice.name, budget) else { return first }
        let budget = budget.another(from: clock.now)
        // RFC 6066 3: a server may end the handshake over a name that it does not serve, by whatever alert or none. It may serve another.
        // A server that did TLS before loses none for a name that it did not do it under.
        if let other = choice.other(after: failure) {
            let under = other.map { "under the name \($0)" } ?? "without a name"
            transcript.add(.upstreamNote, text: "TLS handshake failed: \(failure.detail); dialling again \(under)")
            let renamed = try await connect(budget)
            renamed.triedServerNames = first.triedServerNames
            guard let second = try await secure(renamed, as: name, serverName: other, budget) else { return renamed }
            failure = second
        }
        transcript.add(.upstreamNote, text: "TLS handshake failed: \(failure.detail); dialling again in clear")
        let clear = try await connect(budget)
        do {
            try await sayHello(clear, as: name, budget)
        } catch {
            retire(clear, .abort)
            throw error
        }
        clear.tls = .failed(failure)
        clear.triedServerNames = first.triedServerNames
        return clear
    }

    /// EHLO, STARTTLS if it is offered, and EHLO again. Returns why the handshake failed, if it did; the leg is closed then.
    private func secure(_ leg: Leg, as name: String, serverName: DomainName?, _ budget: DialBudget) async throws(LegError) -> TLSFailure? {
        do {
            try await sayHello(leg, as: name, budget)
            guard leg.ehlo.offers("STARTTLS") else {
                leg.tls = .notOffered
                return nil
            }
            try await startTLS(leg, serverName: serverName, budget)
            if leg.tls.isEstablished { try await sayHello(leg, as: name, budget) }
            return nil
        } catch {
            noteBroken(leg, error)
            retire(leg, .abort)
            switch error {
            // RFC 8446 4.6.2, 6.2: a server may refuse the client after that holds the handshake to be complete.
            case .handshake(let reason), .lost(.tls(let reason)): return reason
            // TLS in which not even EHLO is answered is none, either.
            case .lost(let end) where leg.tls.isEstablished: return TLSFailure(kind: .io, detail: "TLS broke after the handshake: \(end)")
            default: throw error
            }
        }
    }

    /// EHLO, or HELO where the server refuses that (RFC 5321 3.2). For now or for good: MTAs ask no further why.
    private func sayHello(_ leg: Leg, as name: String, _ budget: DialBudget) async throws(LegError) {
        let extended = try await exchange("EHLO \(name)", .ehlo, on: leg, budget).reply
        if extended.isPositive {
            leg.ehlo = EHLOResponse(reply: extended)
            return
        }
        let plain = try await exchange("HELO \(name)", .ehlo, on: leg, budget).reply
        guard plain.isPositive else { throw .hello(plain) }
        leg.ehlo = EHLOResponse(reply: Reply(250, nil, plain.text))
    }

    /// STARTTLS and the handshake (RFC 3207).
    private func startTLS(_ leg: Leg, serverName: DomainName?, _ budget: DialBudget) async throws(LegError) {
        let reply = try await exchange("STARTTLS", .startTLS, on: leg, budget)
        guard reply.code == 220 else {
            leg.tls = .refused(code: reply.code, text: reply.text)
            return
        }
        // RFC 3207 6, CVE-2021-38371: what came in clear behind the reply must not be read as if it had come through TLS.
        leg.stream.pump()
        guard leg.stream.input.isEmpty else {
            throw .handshake(TLSFailure(kind: .localAlert, detail: "starttls-buffer-not-empty: data behind the reply to STARTTLS"))
        }
        if let serverName {
            noteTried(serverName)
            leg.triedServerNames.append(serverName)
        }
        let started = clock.now
        let result = await network.secure(
            leg.stream, destination: destination, serverName: serverName, signal: signal,
            deadline: budget.end(of: settings.timeouts.handshake, from: started))
        switch result {
        case .failure(let failure):
            if audience?.isDismissed == true { throw .draining }
            throw .handshake(failure)
        case .success(let secured):
            leg.stream = secured.stream
            leg.chain = secured.chain
            leg.forgetSession = secured.forgetSession
            leg.serverName = serverName
            leg.tls = .established(secured.info)
            leg.securedAt = clock.now
            leg.handshakeMilliseconds = Int((clock.now - started).nanoseconds / 1_000_000)
            transcript.add(
                .upstreamNote,
                text: "TLS \(secured.info.version.rawValue) \(secured.info.cipher), SNI \(serverName?.text ?? "none")"
                    + (secured.info.resumed ? ", resumed" : ""))
        }
    }
}
