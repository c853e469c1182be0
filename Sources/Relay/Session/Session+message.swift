import NIOCore
import Records
import SMTP

extension Session {
    /// Moves the octets of a message to `leg`, or to nowhere; returns why they were not passed on, if they were not.
    func pass(_ framing: MessageFraming, to leg: Leg?) async throws(SessionEnd) -> MessagePipe.Obstacle? {
        var pipe = MessagePipe(
            framing, from: client, to: leg, taps: transaction?.taps ?? [], patience: settings.timeouts.data, clock: clock, signal: signal)
        let end = await pipe.run()
        if leg != nil { transaction?.messageBytes += pipe.octets }
        switch end {
        case .finished(let obstacle):
            return obstacle
        case .clientGone:
            // RFC 5321 4.1.1.4: without its end the message must not be delivered, so the leg is closed without the dot.
            if let leg {
                upstream.retire(
                    leg, .abort, because: "\(client.isDismissed ? "Weft is stopping" : "client closed the connection") within the message")
            }
            throw .clientGone
        case .clientStalled, .serverStalled:
            if let leg { upstream.retire(leg, .abort, because: "no progress within the message") }
            throw end == .clientStalled ? .clientTimeout : .leg(.timeout("the server to take data"))
        }
    }

    /// Waits for the server's word on the message and passes it on.
    func relayFinalReply(of leg: Leg) async throws(SessionEnd) {
        let reply: Reply
        do {
            reply = try await upstream.reply(of: leg, .message, within: settings.timeouts.data, evenAlone: true).reply
        } catch .closing(let last) {
            throw .serverClosing(last)
        } catch {
            upstream.noteBroken(leg, error)
            // Whether the server took the message is not known. 451 risks a second copy, as RFC 5321 4.5.4.1 and RFC 1047 accept.
            upstream.retire(leg, .abort, because: error.text)
            return answerMessage(Reply(451, "4.4.2", "\(leg.destination.address): \(error.text)"), .unknown)
        }
        transaction?.serverReply = reply
        upstream.noteServed(leg)
        unproductive = 0
        leg.isInTransaction = false
        let answer = protected(reply, to: "the message")
        client.write(answer, .upstreamToClient)
        if reply.isPositive { messages += 1 }
        concludeTransaction(reply.isPositive ? .delivered : .refused, reply: answer)
    }

    /// RFC 2920 3.1: a reply counts only for what was sent.
    static let early = "an answer before the end of the message"

    /// Answers a message that the server did not let come to its end: with its own words if it said why, and they are no good news.
    func answerLost(_ leg: Leg, _ why: String) throws(SessionEnd) {
        let last: Reply?
        do {
            last = try upstream.nextReply(of: leg, .message, since: clock.now)?.reply
        } catch .closing(let reply) {
            throw .serverClosing(reply)
        } catch {
            last = nil
        }
        if let end = leg.stream.end { upstream.noteBroken(leg, .lost(end)) }
        upstream.retire(leg, .abort, because: "lost within the message: \(why)")
        guard let last, last.isTransient || last.isPermanent else {
            return answerMessage(Reply(451, "4.4.2", "\(leg.destination.address): \(why)"))
        }
        transaction?.serverReply = last
        let reply = protected(last, to: "the message")
        client.write(reply, .upstreamToClient)
        concludeTransaction(.refused, reply: reply)
    }

    /// Answers a message that no server answers for.
    func answerMessage(_ reply: Reply, _ outcome: TransactionRecord.Outcome = .refused) {
        client.write(reply, .weftToClient)
        concludeTransaction(outcome, reply: reply)
    }

    /// The server's answer to a command of the current transaction as the client may have it.
    func protected(_ reply: Reply, to command: String) -> Reply {
        relayable(reply, to: command, distrusted: transaction?.distrustsPermanentReplies == true)
    }
}
