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
        let response = leg.ehlo.without(shared.missingKeywords(at: peers.destination.address))
        if isExtended {
            let reply = response.offered(keepingAuth: await isVerifiedRoute(leg))
            offered = EHLOResponse(reply: reply).keywords
            client.write(reply, .upstreamToClient)
        } else {
            offered = []
            client.write(response.offeredToHELO(), .upstreamToClient)
        }
    }

    /// EHLO in the middle of a session is a RSET as well (RFC 5321 4.1.4).
    private func reset() {
        endTransaction(.reset)
        if let leg = upstream.leg, leg.isInTransaction { forwardRSET(on: leg, answered: true) }
    }

    /// The host name in a greeting, when it can be one. No evidence of anything: it chooses which certificate a server shows.
    static func hostName(in greeting: Reply) -> String? {
        guard let word = greeting.text.split(separator: " ").first, word.utf8.count <= 253 else { return nil }
        let labels = word.split(separator: ".", omittingEmptySubsequences: false)
        let isHostName =
            labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2d }
            }
        guard isHostName, labels.last?.utf8.contains(where: { $0 >= 0x41 }) ?? false else { return nil }
        return word.lowercased()
    }
}
