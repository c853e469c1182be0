import NIOCore
import SMTP

extension Session {
    /// DATA: offered to the server only for recipients it accepted, streamed byte by byte, and answered with its own words.
    func data() async throws(SessionEnd) {
        try await settle()
        // RFC 2920 3.1: DATA is the last of a group. What is pipelined behind it would be run as commands if DATA were refused.
        client.pump()
        guard client.input.isEmpty else {
            write(Reply(554, "5.5.0", "Data before the answer to DATA"), .weftToClient)
            throw .protocolError("data before the answer to DATA")
        }
        guard let leg = try messageLeg() else { return }
        if transaction?.usesBDAT == true { return try refuse(Reply(503, "5.5.1", "DATA may not follow BDAT")) }
        let go: Reply
        do {
            go = try await exchange("DATA", on: leg)
        } catch {
            // The server may yet answer 354: what is said from now on would be message data.
            dropLeg(leg, error.text)
            throw SessionEnd(error)
        }
        guard go.code == 354 else {
            let reply = go.isPositive ? Reply(451, "4.5.0", "Unexpected answer to DATA: \(go)") : protected(go, to: "DATA")
            write(reply, .upstreamToClient)
            concludeTransaction(.refused, reply: reply)
            if go.code == 421 { throw .serverClosing }
            return
        }
        client.pump()
        guard client.input.isEmpty else {
            dropLeg(leg, "data before the answer to DATA")
            write(Reply(554, "5.5.0", "Data before the answer to DATA"), .weftToClient)
            throw .protocolError("data before the answer to DATA")
        }
        write(go, .upstreamToClient)
        flush()
        switch try await streamData(to: leg) {
        case .sent:
            try await relayFinalReply(of: leg)
        case .smuggling(let what):
            dropLeg(leg, "data with \(what)")
            answerMessage(Reply(550, "5.6.0", "Message refused: \(what)"))
        case .lost(let end):
            try answerLost(leg, end)
        }
    }

    /// Answers a message that the server did not let come to its end: with its own words if it said why, and they are no good news.
    func answerLost(_ leg: Leg, _ end: StreamEnd) throws(SessionEnd) {
        let last = (try? leg.nextReply()).flatMap { $0 }
        dropLeg(leg, "lost within the message: \(end)")
        guard let last, last.isTransient || last.isPermanent else {
            return answerMessage(Reply(451, "4.4.2", "\(leg.destination.address): \(end)"))
        }
        transcript.add(.upstreamToWeft, last)
        let reply = protected(last, to: "the message")
        write(reply, .upstreamToClient)
        concludeTransaction(.refused, reply: reply)
        if last.code == 421 { throw .serverClosing }
    }

    /// The leg for message data; nil, with an answer given, when there is no transaction or no accepted recipient.
    func messageLeg() throws(SessionEnd) -> Leg? {
        guard let transaction, !transaction.isOver else {
            try refuse(Reply(503, "5.5.1", "Send MAIL and RCPT first"))
            return nil
        }
        guard transaction.recipientsAccepted > 0, let leg else {
            // RFC 2920 3.1 (3): no 354 without a valid recipient.
            answer(Reply(554, "5.5.1", "No valid recipients"))
            return nil
        }
        return leg
    }

    private enum DataEnd {
        case sent
        case smuggling(String)
        case lost(StreamEnd)
    }

    /// Passes message data on, as it is and as fast as the slower side allows, up to the end of the data.
    ///
    /// When the server is gone, or the data must not be passed on, the rest is read and dropped: only then does the client read the reply.
    private func streamData(to leg: Leg) async throws(SessionEnd) -> DataEnd {
        var scanner = DataScanner()
        var result: DataEnd?
        var deadline = clock.now + settings.timeouts.data
        while true {
            client.pump()
            while result != nil || leg.stream.isWritable, var chunk = client.input.next() {
                deadline = clock.now + settings.timeouts.data
                let before = chunk.readableBytes
                let scan = scanner.scan(&chunk)
                transaction?.messageBytes += before - chunk.readableBytes
                if result == nil {
                    transaction?.content.take(scan.forward)
                    leg.send(data: scan.forward)
                }
                switch scan.outcome {
                case .more:
                    break
                case .end:
                    client.input.putBack(chunk)
                    return result ?? .sent
                case .smuggling(let what):
                    if case nil = result { result = .smuggling(what.rawValue) }
                    // What follows is dropped, up to the true end of the data.
                    scanner.ignoreSmuggling()
                    client.input.putBack(chunk)
                }
            }
            leg.stream.pump()
            if result == nil, let end = leg.stream.end { result = .lost(end) }
            if client.end != nil, client.input.isEmpty {
                // RFC 5321 4.1.1.4: without its end the message must not be delivered, so the leg is closed without the dot.
                dropLeg(leg, "client closed the connection within data")
                throw .clientGone
            }
            if clock.now >= deadline { throw stalled(leg) }
            try await wait(until: deadline)
        }
    }

    /// Drops the leg of a message that makes no progress; returns whose fault that is.
    func stalled(_ leg: Leg) -> SessionEnd {
        let isWritable = leg.stream.isWritable
        dropLeg(leg, "no progress within the message")
        return isWritable ? .clientTimeout : .leg(.timeout("the server to take data"))
    }

    /// Waits for the server's word on the message and passes it on.
    func relayFinalReply(of leg: Leg) async throws(SessionEnd) {
        let reply: Reply
        do {
            reply = try await self.reply(
                from: leg, within: settings.timeouts.data, for: "the reply to the message", evenWithoutClient: true)
        } catch {
            // Whether the server took the message is not known. 451 risks a second copy, as RFC 5321 4.5.4.1 and RFC 1047 accept.
            dropLeg(leg, error.text)
            return answerMessage(Reply(451, "4.4.2", "\(leg.destination.address): \(error.text)"))
        }
        leg.isInTransaction = false
        let answer = protected(reply, to: "the message")
        write(answer, .upstreamToClient)
        if reply.isPositive { messages += 1 }
        concludeTransaction(reply.isPositive ? .delivered : .refused, reply: answer)
        if reply.code == 421 { throw .serverClosing }
    }

    /// Answers a message that no server answers for.
    func answerMessage(_ reply: Reply) {
        write(reply, .weftToClient)
        concludeTransaction(.refused, reply: reply)
    }

    /// Ends the leg so that the server cannot take what it has for a whole message.
    func dropLeg(_ leg: Leg, _ why: String) {
        transcript.add(.upstreamNote, text: "leg closed: \(why)")
        bytesFromEarlierLegs += leg.stream.received
        leg.stream.abort()
        if self.leg === leg { self.leg = nil }
    }

    /// The server's answer to a command of the current transaction as the client may have it.
    func protected(_ reply: Reply, to command: String) -> Reply {
        relayable(reply, to: command, distrusted: transaction?.distrustsPermanentReplies == true)
    }
}
