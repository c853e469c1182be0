import NIOCore
import Policy
import SMTP

extension Session {
    /// The most octets of a line of an authentication exchange (RFC 4954 4).
    private static let maximumLine = 12_288

    /// AUTH (RFC 4954): offered, and passed on, only towards a route whose server has proven itself. Nothing of the exchange is recorded.
    func auth(_ line: ByteBuffer) async throws(SessionEnd) {
        try await settle()
        guard offered.contains("AUTH"), let leg = upstream.leg, await isVerifiedRoute(leg) else {
            return try refuse(Reply(502, "5.5.1", "Command not offered"))
        }
        guard transaction == nil, !upstream.isAuthenticated else { return try refuse(Reply(503, "5.5.1", "Not now")) }
        transcript.add(.weftToUpstream, text: "AUTH ...")
        leg.send(line: line)
        while true {
            let reply: UpstreamReply
            do {
                reply = try await upstream.reply(of: leg, .auth, within: settings.timeouts.command)
            } catch {
                throw SessionEnd(error)
            }
            client.write(reply.reply, .upstreamToClient)
            guard reply.code == 334 else {
                upstream.isAuthenticated = reply.isPositive
                return
            }
            let answer = try await authenticationLine()
            transcript.add(.clientToWeft, text: "(authentication)")
            transcript.add(.weftToUpstream, text: "(authentication)")
            leg.send(line: answer)
        }
    }

    /// Whether the server on `leg` has proven to be the host of the route that must prove itself.
    func isVerifiedRoute(_ leg: Leg) async -> Bool {
        guard let route = upstream.route, route.demand == .verify else { return false }
        let judgement = await upstream.askPolicy(about: leg, LegClaim(client: peers.client.address), redial: .exhausted)
        guard case .verdict(let verdict) = judgement.answer else { return false }
        return verdict.action == .accept && verdict.level == .routeVerified
    }

    /// The client's next line, which is no command.
    private func authenticationLine() async throws(SessionEnd) -> ByteBuffer {
        let deadline = clock.end(of: settings.timeouts.command)
        while true {
            client.stream.pump()
            switch client.stream.input.nextLine(limit: Self.maximumLine) {
            case .line(let line, bareLF: false): return line
            case .line, .tooLong: throw .protocolError("a line of AUTH that is none")
            case .incomplete: break
            }
            if client.hasEnded { throw .clientGone }
            if clock.now >= deadline { throw .clientTimeout }
            await wait(until: deadline)
        }
    }
}
