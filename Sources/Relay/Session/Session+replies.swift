import NIOCore
import SMTP

extension Session {
    // MARK: Our own answers

    /// Answers behind what the client is still waiting for.
    func answer(_ reply: Reply) {
        replies.append(reply)
        sendAnswers()
    }

    /// Answers with an error, and ends the session of a client that makes nothing but errors.
    func refuse(_ reply: Reply) throws(SessionEnd) {
        errors += 1
        answer(reply)
        if errors > settings.limits.errors { throw .protocolError("too many errors") }
    }

    private func sendAnswers() {
        while let answer = replies.nextAnswer() { client.write(answer, .weftToClient) }
    }

    // MARK: The server's

    /// Notes that a command was sent whose reply is to come.
    func expect(_ forwarded: Forwarded) { replies.append(forwarded, at: clock.now) }

    /// Passes on the server's replies that have arrived, with our own answers between them, in the order of the commands. True if there
    /// were any.
    @discardableResult
    func relayReplies() throws(SessionEnd) -> Bool {
        var isAny = false
        while let (command, sentAt) = replies.oldest, let leg = upstream.leg {
            let reply: UpstreamReply?
            do { reply = try upstream.nextReply(of: leg, command.phase, since: sentAt) } catch { throw SessionEnd(error) }
            guard let reply else {
                guard let end = leg.stream.end else { break }
                // The server's last word was its refusal of MAIL, and that is the answer for each recipient.
                guard case .rcpt(let transaction, _) = command, let refusal = transaction.mailRejection else { throw .leg(.lost(end)) }
                _ = replies.takeOldest(at: clock.now)
                relay(UpstreamReply(phase: .rcpt, reply: refusal, latency: .zero), to: command)
                sendAnswers()
                isAny = true
                continue
            }
            _ = replies.takeOldest(at: clock.now)
            relay(reply, to: command)
            sendAnswers()
            isAny = true
        }
        return isAny
    }

    /// Waits until no reply is outstanding: before commands whose meaning depends on the answers.
    func settle() async throws(SessionEnd) {
        try relayReplies()
        while replies.outstanding > 0 {
            if clock.now >= replies.deadline { throw .leg(.timeout("a reply")) }
            if client.isGone { throw .clientGone }
            await wait(until: replies.deadline)
            try relayReplies()
        }
    }

    /// Looks whether a server that owes nothing has closed. Where nothing is under way, nothing is lost.
    func checkLeg() throws(SessionEnd) {
        guard replies.outstanding == 0 else { return }
        let before = upstream.leg
        // A transaction whose MAIL was refused is none to the server.
        let isInUse = transaction.map { !$0.isOver && $0.isMailSent && $0.mailRejection == nil } ?? false
        do { try upstream.checkIdleLeg(inUse: isInUse) } catch { throw SessionEnd(error) }
        if before != nil, upstream.leg == nil { legWasReplaced() }
    }

    private func relay(_ reply: UpstreamReply, to command: Forwarded) {
        switch command {
        case .mail(let transaction):
            if !reply.isPositive { transaction.mailRejection = reply.reply }
        case .rcpt(let transaction, let recipient):
            relay(reply.reply, to: recipient, of: transaction)
        case .rset(let answered):
            if !answered { client.write(relayable(reply.reply, to: "RSET"), .upstreamToClient) }
        }
    }

    private func relay(_ reply: Reply, to recipient: Int, of transaction: Transaction) {
        transaction.recipientsOutstanding -= 1
        var answer = reply
        if let rejection = transaction.mailRejection {
            // The client has had 250 for MAIL, so it learns of the refusal here. 552 means another thing at RCPT (RFC 5321 4.5.3.1.10).
            answer = rejection.code == 552 ? Reply(554, "5.3.4", rejection.textWithoutStatus) : rejection
        }
        answer = relayable(answer, to: "RCPT", distrusted: transaction.distrustsPermanentReplies)
        transaction.note(answer, to: recipient, from: transaction.mailRejection ?? reply)
        if answer.isPositive { transaction.recipientsAccepted += 1 } else { transaction.recipientsRefused += 1 }
        client.write(answer, .upstreamToClient)
    }

    /// A server's answer to a command as the client may have it: none that asks for more, as 354 does, and no 5xx from a server that an
    /// enforced policy could not authenticate.
    func relayable(_ reply: Reply, to command: String, distrusted: Bool = false) -> Reply {
        if reply.isIntermediate { return Reply(451, "4.5.0", "Unexpected answer to \(command): \(reply)") }
        return distrusted ? reply.asTransient : reply
    }
}

extension Session.Forwarded {
    fileprivate var phase: UpstreamReply.Phase {
        switch self {
        case .mail: .mail
        case .rcpt: .rcpt
        case .rset: .rset
        }
    }
}

extension Reply {
    /// The first line without the enhanced status code before it.
    fileprivate var textWithoutStatus: String {
        enhancedStatus.map { String(text.dropFirst($0.count + 1)) } ?? text
    }
}
