import Basics
import NIOCore
import SMTP

extension Session {
    /// Dials the destination and relays its greeting.
    func greet() async throws(SessionEnd) {
        do { client.write(try await upstream.open(), .upstreamToClient) } catch { throw SessionEnd(error) }
    }

    /// EHLO or HELO. The first one makes the leg speak: the client is shown what the server offers after STARTTLS (RFC 3207 4.2).
    func hello(_ name: String, isExtended: Bool) async throws(SessionEnd) {
        try await settle()
        reset()
        let leg: Leg
        do { leg = try await upstream.hello(as: name) } catch { throw SessionEnd(error) }
        let response = leg.ehlo.without(shared.missingKeywords(at: peers.destination.address, now: clock.now))
        if isExtended {
            let reply = response.offered(to: name, isAuthenticated: await isVerifiedRoute(leg))
            offered = EHLOResponse(reply: reply).impliedKeywords
            client.write(reply, .upstreamToClient)
        } else {
            offered = []
            client.write(response.offeredToHELO(name), .upstreamToClient)
        }
    }

    /// EHLO in the middle of a session is a RSET as well (RFC 5321 4.1.4).
    private func reset() {
        endTransaction(.reset)
        if let leg = upstream.leg, leg.isInTransaction { forwardRSET(on: leg, answered: true) }
    }

    /// The host name in a greeting, when it can be one. No evidence of anything: it chooses which certificate a server shows.
    static func hostName(in greeting: Reply) -> DomainName? {
        guard let word = greeting.text.split(separator: " ").first else { return nil }
        return try? DomainName(word.utf8, as: .host)
    }
}
