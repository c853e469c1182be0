import NIOCore
import SMTP

extension Session {
    /// BDAT (RFC 3030): exactly `size` octets follow, and are consumed whatever the answer will be.
    func bdat(_ line: ByteBuffer, size: Int, last: Bool) async throws(SessionEnd) {
        try await settle()
        guard let transaction, !transaction.isOver, transaction.recipientsAccepted > 0, let leg = upstream.leg else {
            try await discard(size)
            // RFC 3030 2: after a failure the octets are accepted and discarded.
            return answer(
                transaction == nil || transaction?.isOver == true
                    ? Reply(503, "5.5.1", "Send MAIL and RCPT first") : Reply(554, "5.5.1", "No valid recipients"))
        }
        guard offered.contains("CHUNKING") else {
            try await discard(size)
            return try refuse(Reply(502, "5.5.1", "BDAT is not offered"))
        }
        // A server that does not know BDAT would run the octets as commands.
        guard leg.ehlo.offers("CHUNKING") else {
            try await discard(size)
            return answerMessage(withdraw(["CHUNKING"]))
        }
        transaction.usesBDAT = true
        transcript.add(.weftToUpstream, line)
        leg.send(line: line)
        switch try await pass(.count(size), to: leg) {
        case .lost(let end): return try answerLost(leg, "\(end)")
        case .answered: return try answerLost(leg, Self.early)
        // A chunk has no dots to read in two ways.
        case nil, .smuggling: break
        }
        if last { return try await relayFinalReply(of: leg) }
        let reply: Reply
        do {
            reply = try await upstream.reply(of: leg, .data, within: settings.timeouts.data).reply
        } catch {
            upstream.noteBroken(leg, error)
            upstream.retire(leg, .abort, because: error.text)
            throw SessionEnd(error)
        }
        let answer = protected(reply, to: "BDAT")
        client.write(answer, .upstreamToClient)
        // RFC 3030 2: after a failed BDAT the transaction is indeterminate, so only RSET makes sense.
        if !reply.isPositive {
            transaction.serverReply = reply
            concludeTransaction(.refused, reply: answer)
        }
    }

    /// Reads `size` octets and drops them.
    private func discard(_ size: Int) async throws(SessionEnd) {
        _ = try await pass(.count(size), to: nil)
    }
}
