import NIOCore
import SMTP

extension Session {
    /// DATA: offered to the server only for recipients it accepted, streamed byte by byte, and answered with its own words.
    func data() async throws(SessionEnd) {
        try await settle()
        // RFC 2920 3.1: DATA is the last of a group. What is pipelined behind it would be run as commands if DATA were refused.
        try refuseEarlyData()
        guard let leg = try messageLeg() else { return }
        if transaction?.usesBDAT == true { return try refuse(Reply(503, "5.5.1", "DATA may not follow BDAT")) }
        let go: Reply
        do {
            go = try await upstream.exchange("DATA", .data, on: leg).reply
        } catch {
            // The server may yet answer 354: what is said from now on would be message data.
            upstream.noteBroken(leg, error)
            upstream.retire(leg, .abort, because: error.text)
            throw SessionEnd(error)
        }
        guard go.code == 354 else {
            transaction?.serverReply = go
            let reply = go.isPositive ? Reply(451, "4.5.0", "Unexpected answer to DATA: \(go)") : protected(go, to: "DATA")
            client.write(reply, .upstreamToClient)
            return concludeTransaction(.refused, reply: reply)
        }
        try refuseEarlyData(closing: leg)
        client.write(go, .upstreamToClient)
        client.flush()
        switch try await pass(.dot(DataScanner()), to: leg) {
        case nil:
            try await relayFinalReply(of: leg)
        case .smuggling(let what):
            upstream.retire(leg, .abort, because: "data with \(what.rawValue)")
            answerMessage(Reply(550, "5.6.0", "Message refused: \(what.rawValue)"))
        case .lost(let end):
            try answerLost(leg, "\(end)")
        case .answered:
            try answerLost(leg, Self.early)
        }
    }

    /// Ends the session of a client that sent data, or what would be run as commands, before the answer to DATA.
    private func refuseEarlyData(closing leg: Leg? = nil) throws(SessionEnd) {
        client.stream.pump()
        guard !client.stream.input.isEmpty else { return }
        if let leg { upstream.retire(leg, .abort, because: "data before the answer to DATA") }
        client.write(Reply(554, "5.5.0", "Data before the answer to DATA"), .weftToClient)
        throw .protocolError("data before the answer to DATA")
    }

    /// The leg for message data; nil, with an answer given, when there is no transaction or no accepted recipient.
    private func messageLeg() throws(SessionEnd) -> Leg? {
        guard let transaction, !transaction.isOver else {
            try refuse(Reply(503, "5.5.1", "Send MAIL and RCPT first"))
            return nil
        }
        guard transaction.recipientsAccepted > 0, let leg = upstream.leg else {
            // RFC 2920 3.1 (3): no 354 without a valid recipient.
            answer(Reply(554, "5.5.1", "No valid recipients"))
            return nil
        }
        return leg
    }
}
