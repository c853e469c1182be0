import Basics
import FoundationEssentials
import NIOCore
import SMTP

extension Session {
    /// MAIL: checked, answered here, and held until a recipient's policy has accepted the leg.
    func mailFrom(_ mail: MailCommand, line: ByteBuffer) throws(SessionEnd) {
        guard upstream.name != nil else { return try refuse(Reply(503, "5.5.1", "Send EHLO or HELO first")) }
        if let transaction {
            guard transaction.isOver else { return try refuse(Reply(503, "5.5.1", "A transaction is under way")) }
            self.transaction = nil
        }
        // 421 and not 452: the client connects again and goes on, and its mail has not failed (RFC 5321 3.8).
        guard transactions < settings.limits.transactions else { throw .tooManyTransactions }
        // RFC 8689 2: REQUIRETLS is valid only over TLS, and this leg has none. To drop it in silence would break its promise.
        if let unknown = unoffered(mail.extensionsUsed) {
            return try refuse(Reply(555, "5.5.4", "\(unknown) is not offered"))
        }
        note(quirks: mail.quirks)
        transactions += 1
        transaction = Transaction(
            number: transactions, startedAt: Date(), mail: mail, line: line, exemption: exemption(from: mail.reversePath),
            content: settings.content)
        answer(Reply(250, "2.1.0", "Ok"))
    }

    /// RFC 8460 3: a report about a failure must not be held back by that failure.
    private func exemption(from sender: String) -> String? {
        let own = settings.reportSender
        return !own.isEmpty && sender.lowercased() == own.lowercased() ? "a TLS report of this host" : nil
    }

    /// RSET: forwarded only when the server has a transaction to forget.
    func rset() {
        endTransaction(.reset)
        if let leg = upstream.leg, leg.isInTransaction {
            forwardRSET(on: leg, answered: false)
        } else {
            answer(Reply(250, "2.0.0", "Ok"))
        }
    }

    func forwardRSET(on leg: Leg, answered: Bool) {
        transcript.add(.weftToUpstream, text: "RSET")
        leg.send("RSET")
        leg.isInTransaction = false
        expect(.rset(answered: answered))
    }

    /// NOOP keeps the server's clock from running out, so it crosses the leg.
    func noop() async throws(SessionEnd) {
        try await settle()
        guard let leg = upstream.leg else { return answer(Reply(250, "2.0.0", "Ok")) }
        let reply: UpstreamReply
        do { reply = try await upstream.exchange("NOOP", .noop, on: leg) } catch { throw SessionEnd(error) }
        client.write(relayable(reply.reply, to: "NOOP"), .upstreamToClient)
    }

    /// An extension among these that the client was not offered; nil if there is none.
    func unoffered(_ extensions: Set<String>) -> String? {
        extensions.isSubset(of: offered) ? nil : extensions.subtracting(offered).min()
    }

    /// The answer when a leg dialled again lacks extensions that the client was offered: those are not offered again at this address.
    func withdraw(_ missing: Set<String>, _ decision: RecordID? = nil) -> Reply {
        shared.noteMissingKeywords(missing, at: peers.destination.address, now: clock.now)
        let names = missing.sorted().joined(separator: ", ")
        let about = decision.map { " (\($0))" } ?? ""
        return Reply(451, "4.3.0", "\(peers.destination.address) no longer offers \(names); try again\(about)")
    }

    func note(quirks: [String]) {
        for quirk in quirks { transcript.add(.note, text: "accepted as it is: \(quirk)") }
    }
}
