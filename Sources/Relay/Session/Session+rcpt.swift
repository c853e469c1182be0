import Basics
import DNS
import FoundationEssentials
import NIOCore
import Policy
import SMTP

extension Session {
    /// RCPT: the policy of the recipient's domain judges the leg, and only then does anything of the message cross it.
    func rcptTo(_ recipient: RcptCommand, line: ByteBuffer) async throws(SessionEnd) {
        guard let transaction, !transaction.isOver else { return try refuse(Reply(503, "5.5.1", "Send MAIL first")) }
        guard transaction.recipients < settings.limits.recipients else {
            // No error of the client's: it sends the others in another transaction (RFC 5321 4.5.3.1.10).
            return answer(Reply(452, "4.5.3", "Too many recipients"))
        }
        if let unknown = unoffered(recipient.extensionsUsed) {
            return try refuse(Reply(555, "5.5.4", "\(unknown) is not offered"))
        }
        note(quirks: recipient.quirks)
        if shared.isDraining, transaction.recipients == 0 { throw .draining }
        if recorder.isCongested {
            flush()
            await recorder.waitForSpace()
        }
        transaction.extensionsUsed.formUnion(recipient.extensionsUsed)
        let claim = LegClaim(domain: recipient.domain.name, client: peers.client.address, exemption: transaction.exemption)
        let outcome = try await transaction.selection.run(for: claim, of: self, on: upstream)
        let (verdict, leg) = (outcome.verdict, outcome.leg)

        let decision = RecordID()
        let refusal = verdict.action == .accept ? nil : verdict.reply(decision)
        let isTaken = record(outcome, decision: decision, recipient: recipient, reply: refusal, in: transaction)
        if refusal != nil { leg.forgetSession() }
        let isRecorded = await isRecorded(isTaken: isTaken)
        if let refusal, isRecorded {
            transaction.recipientsRefused += 1
            // Everything before it was answered: the selection of the leg has seen to that.
            if refusal.code == 421 { throw .needsNewSession(refusal) }
            return answer(refusal)
        }
        let number = verdict.action == .accept ? transaction.pass(decision) : nil
        func keepBack(_ reply: Reply) {
            transaction.recipientsRefused += 1
            if let number { transaction.note(reply, to: number) }
            answer(reply)
        }
        guard isRecorded, let number else {
            // Whoever is told an id will look for it.
            let name = isTaken ? " (\(decision))" : ""
            return keepBack(Reply(451, "4.3.0", "The decision cannot be journalled; try again later\(name)"))
        }
        var missing = transaction.extensionsUsed.subtracting(leg.ehlo.impliedKeywords)
        if missing.remove("SMTPUTF8") != nil, !(transaction.mail.reversePath + recipient.forwardPath).utf8.allSatisfy({ $0 < 0x80 }) {
            // RFC 6531 3.5. What a server offers that should prove who it is and does not is no reason to bounce.
            let reply = Reply(550, "5.6.7", "\(peers.destination.address) takes no internationalized addresses (SMTPUTF8) (\(decision))")
            return keepBack(verdict.isDistrustful ? reply.asTransient : reply)
        }
        guard missing.isEmpty else { return keepBack(withdraw(missing, decision)) }
        guard try await forwardMail(on: leg, in: transaction) else {
            // On another leg, in clear by now if no policy forbids it.
            return try await rcptTo(recipient, line: line)
        }
        leg.noteUse(by: recipient.domain.name)
        try await forward(recipient: line, number: number, on: leg, in: transaction, verdict: verdict)
    }

    private func forward(
        recipient line: ByteBuffer, number: Int, on leg: Leg, in transaction: Transaction, verdict: Verdict
    ) async throws(SessionEnd) {
        if verdict.level.isAuthenticated, let serverName = leg.serverName {
            policy.noteAuthenticated(serverName, at: leg.destination.address)
        }
        if verdict.isDistrustful { transaction.distrustsPermanentReplies = true }
        transcript.add(.weftToUpstream, line)
        leg.send(line: line)
        transaction.recipientsOutstanding += 1
        expect(.rcpt(transaction, recipient: number))
        try await settleUnlessPipelining(leg)
    }

    /// MAIL, once a transaction and leg. False when the leg broke over it as TLS there did before: it is left then, and nothing is outstanding.
    private func forwardMail(on leg: Leg, in transaction: Transaction) async throws(SessionEnd) -> Bool {
        guard !transaction.isMailSent else { return true }
        if leg.isInTransaction {
            forwardRSET(on: leg, answered: true)
            try await settleUnlessPipelining(leg)
        }
        let needsNoUTF8 = transaction.mail.smtpUTF8 && !leg.ehlo.offers("SMTPUTF8")
        let line = needsNoUTF8 ? ByteBuffer(string: transaction.mail.lineWithoutSMTPUTF8) : transaction.mailLine
        let isSuspect = upstream.mayBreak(leg)
        if isSuspect { try await settle() }
        transcript.add(.weftToUpstream, line)
        leg.send(line: line)
        leg.isInTransaction = true
        transaction.isMailSent = true
        guard isSuspect else {
            expect(.mail(transaction))
            try await settleUnlessPipelining(leg)
            return true
        }
        do {
            let reply = try await upstream.reply(of: leg, .mail, within: settings.timeouts.command).reply
            if !reply.isPositive { transaction.mailRejection = reply }
            return true
        } catch {
            guard case .lost = error, !upstream.isAuthenticated else { throw SessionEnd(error) }
            upstream.noteBroken(leg, error)
            upstream.retire(leg, .abort, because: error.text)
            legWasReplaced()
            return false
        }
    }

    /// RFC 2920 3.1: a server that does not offer PIPELINING gets one command at a time.
    private func settleUnlessPipelining(_ leg: Leg) async throws(SessionEnd) {
        if !leg.ehlo.offers("PIPELINING") { try await settle() }
    }
}

extension Session: LegClaimant {
    var isUsingLeg: Bool { transaction.map { $0.recipientsAccepted > 0 } ?? false }

    func legWasReplaced() {
        transaction?.isMailSent = false
        transaction?.mailRejection = nil
    }
}

extension Verdict {
    /// Whether an enforced policy could not authenticate the server: nothing that it says may bounce mail.
    var isDistrustful: Bool { isEnforcedPolicy && !level.isAuthenticated }

    /// The reply for the client: a short reason, and the decision to ask about.
    func reply(_ decision: RecordID) -> Reply {
        Reply(code, enhancedCode, "\(printable(detail, limit: 400)) (\(decision))")
    }
}
