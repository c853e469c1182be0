import NIOCore
import SMTP

extension Session {
    /// Notes that a command was sent whose reply is to come.
    func expect(_ forwarded: Forwarded) {
        pending.append(.forwarded(forwarded))
        if outstanding == 0 { replyDeadline = clock.now + settings.timeouts.command }
        outstanding += 1
    }

    /// Passes on the server's replies that have arrived, with our own answers between them, in the order of the commands. True if there
    /// were any.
    @discardableResult
    func relayReplies() throws(SessionEnd) -> Bool {
        let before = outstanding
        while outstanding > 0, let leg {
            let reply: Reply?
            do { reply = try leg.nextReply() } catch { throw .leg(error) }
            guard let reply else {
                if let end = leg.stream.end { throw .leg(.lost(end)) }
                break
            }
            transcript.add(.upstreamToWeft, reply)
            if reply.code == 421 {
                // Whatever it answers: the client waits for a reply, and this is the last one.
                write(reply, .upstreamToClient)
                throw .serverClosing
            }
            replyDeadline = clock.now + settings.timeouts.command
            take(reply)
        }
        if outstanding == 0 { replyDeadline = .distantFuture }
        return outstanding != before
    }

    /// Waits until no reply is outstanding: before commands whose meaning depends on the answers.
    func settle() async throws(SessionEnd) {
        try relayReplies()
        while outstanding > 0 {
            if clock.now >= replyDeadline { throw .leg(.timeout("a reply")) }
            if client.end != nil, client.input.isEmpty { throw .clientGone }
            try await wait(until: replyDeadline)
            try relayReplies()
        }
    }

    /// What an idle server says: 421 is relayed; an end of the connection is remembered, and mended when a leg is needed.
    func checkLeg() throws(SessionEnd) {
        guard outstanding == 0, let leg else { return }
        let reply: Reply?
        do { reply = try leg.nextReply() } catch { throw .leg(error) }
        if let reply {
            transcript.add(.upstreamToWeft, reply)
            // A reply that nobody asked for: 421 announces the end of the session (RFC 5321 3.8); anything else is out of step.
            guard reply.code == 421 else { throw .leg(.malformed("a reply without a command: \(reply)")) }
            write(reply, .upstreamToClient)
            throw .serverClosing
        }
        guard let end = leg.stream.end else { return }
        // RFC 5321 3.8: nothing was under way, so nothing is lost; a new leg is dialled when there is something to send.
        guard hello != nil, transaction.map({ $0.isOver || !$0.isMailSent }) ?? true else { throw .leg(.lost(end)) }
        transcript.add(.upstreamNote, text: "the server closed the idle connection: \(end)")
        bytesFromEarlierLegs += leg.stream.received
        leg.stream.close()
        self.leg = nil
    }

    /// Matches one reply with the oldest command that has none, and lets the answers behind it go.
    private func take(_ reply: Reply) {
        guard let next = pending.popFirst(), case .forwarded(let forwarded) = next else { return }
        outstanding -= 1
        switch forwarded {
        case .mail(let transaction):
            if !reply.isPositive { transaction.mailRejection = reply }
        case .rcpt(let transaction):
            relay(recipientReply: reply, of: transaction)
        case .rset(let answered):
            if !answered { write(relayable(reply, to: "RSET"), .upstreamToClient) }
        }
        while case .local(let answer)? = pending.first {
            pending.removeFirst()
            write(answer, .weftToClient)
        }
    }

    private func relay(recipientReply: Reply, of transaction: Transaction) {
        transaction.recipientsOutstanding -= 1
        var reply = recipientReply
        if let rejection = transaction.mailRejection {
            // The client has had 250 for MAIL, so it learns of the refusal here. 552 means another thing at RCPT (RFC 5321 4.5.3.1.10).
            reply = rejection.code == 552 ? Reply(554, "5.3.4", rejection.textWithoutStatus) : rejection
        }
        reply = relayable(reply, to: "RCPT", distrusted: transaction.distrustsPermanentReplies)
        if reply.isPositive { transaction.recipientsAccepted += 1 } else { transaction.recipientsRefused += 1 }
        write(reply, .upstreamToClient)
    }

    /// A server's answer to a command as the client may have it: none that asks for more, as 354 does, and no 5xx from a server that an
    /// enforced policy could not authenticate.
    func relayable(_ reply: Reply, to command: String, distrusted: Bool = false) -> Reply {
        if reply.isIntermediate { return Reply(451, "4.5.0", "Unexpected answer to \(command): \(reply)") }
        return distrusted ? reply.asTransient : reply
    }
}

extension Reply {
    /// The first line without the enhanced status code before it.
    fileprivate var textWithoutStatus: String {
        enhancedStatus.map { String(text.dropFirst($0.count + 1)) } ?? text
    }
}
