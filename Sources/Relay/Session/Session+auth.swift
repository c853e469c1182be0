import NIOCore
import Policy
import SMTP

extension Session {
    /// The most octets of a line of an authentication exchange (RFC 4954 4).
    private static let maximumLine = 12_288

    /// AUTH (RFC 4954): offered, and passed on, only towards a route whose server has proven itself. Nothing of the exchange is recorded.
    func auth(_ line: ByteBuffer) async throws(SessionEnd) {
        try await settle()
        guard offered.contains("AUTH"), let leg, await isVerifiedRoute(leg) else {
            return try refuse(Reply(502, "5.5.1", "Command not offered"))
        }
        guard transaction == nil, !isAuthenticated else { return try refuse(Reply(503, "5.5.1", "Not now")) }
        transcript.add(.weftToUpstream, text: "AUTH ...")
        leg.send(line: line)
        while true {
            let reply: Reply
            do {
                reply = try await self.reply(from: leg, within: settings.timeouts.command, for: "the reply to AUTH")
            } catch {
                throw SessionEnd(error)
            }
            write(reply, .upstreamToClient)
            if reply.code == 421 { throw .serverClosing }
            guard reply.code == 334 else {
                isAuthenticated = reply.isPositive
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
        guard let route, route.demand == .verify else { return false }
        let request = JudgeRequest(
            domain: nil, leg: evidence(of: leg), chain: leg.chain, redial: .exhausted, client: peers.client.address, route: route)
        guard case .verdict(let verdict) = await judge(request).answer else { return false }
        return verdict.action == .accept && verdict.level == .routeVerified
    }

    /// The client's next line, which is no command.
    private func authenticationLine() async throws(SessionEnd) -> ByteBuffer {
        let deadline = clock.now + settings.timeouts.command
        while true {
            client.pump()
            switch client.input.nextLine(limit: Self.maximumLine) {
            case .line(let line, bareLF: false): return line
            case .line, .tooLong: throw .protocolError("a line of AUTH that is none")
            case .incomplete: break
            }
            if client.end != nil { throw .clientGone }
            if clock.now >= deadline { throw .clientTimeout }
            try await wait(until: deadline)
        }
    }
}
