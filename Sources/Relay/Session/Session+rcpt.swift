import Basics
import DNS
import FoundationEssentials
import Journal
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
        if transcript.recorder.isCongested {
            flush()
            await transcript.recorder.waitForSpace()
        }
        transaction.extensionsUsed.formUnion(recipient.extensionsUsed)
        let (judgement, verdict, leg) = try await judge(recipient, in: transaction)

        let decision = RecordID()
        let refusal = verdict.action == .accept ? nil : verdict.reply(decision)
        record(judgement, verdict, decision: decision, recipient: recipient, reply: refusal, in: transaction)
        if refusal != nil { leg.forgetSession() }
        guard await isRecorded() else {
            transaction.recipientsRefused += 1
            return answer(Reply(451, "4.3.0", "The decision cannot be journalled; try again later (\(decision))"))
        }
        if let refusal {
            transaction.recipientsRefused += 1
            return answer(refusal)
        }
        let missing = transaction.extensionsUsed.subtracting(leg.ehlo.keywords)
        guard missing.isEmpty else {
            transaction.recipientsRefused += 1
            return answer(withdraw(missing, decision))
        }
        try await forward(recipient: line, on: leg, in: transaction, verdict: verdict)
    }

    private func forward(
        recipient line: ByteBuffer, on leg: Leg, in transaction: Transaction, verdict: Verdict
    ) async throws(SessionEnd) {
        if verdict.level.isAuthenticated, let serverName = leg.serverName {
            policy.noteAuthenticated(serverName, at: leg.destination.address)
        }
        if verdict.isEnforcedPolicy, !verdict.level.isAuthenticated { transaction.distrustsPermanentReplies = true }
        if !transaction.isMailSent {
            if leg.isInTransaction {
                forwardRSET(on: leg, answered: true)
                try await settleUnlessPipelining(leg)
            }
            transcript.add(.weftToUpstream, transaction.mailLine)
            leg.send(line: transaction.mailLine)
            leg.isInTransaction = true
            transaction.isMailSent = true
            expect(.mail(transaction))
            try await settleUnlessPipelining(leg)
        }
        transcript.add(.weftToUpstream, line)
        leg.send(line: line)
        transaction.recipientsOutstanding += 1
        expect(.rcpt(transaction))
        try await settleUnlessPipelining(leg)
    }

    /// RFC 2920 3.1: a server that does not offer PIPELINING gets one command at a time.
    private func settleUnlessPipelining(_ leg: Leg) async throws(SessionEnd) {
        if !leg.ehlo.offers("PIPELINING") { try await settle() }
    }

    /// Judges the leg for a recipient, dialling again under the names that the policy asks for.
    func judge(
        _ recipient: RcptCommand, in transaction: Transaction
    ) async throws(SessionEnd) -> (Judgement, Verdict, Leg) {
        let domain = recipient.domain.name
        var isMended = false
        while true {
            let leg = try await usableLeg()
            let judgement = await judgement(of: leg, for: domain, in: transaction)
            switch judgement.answer {
            case .verdict(let verdict):
                // RFC 5321 3.8: the server may have closed meanwhile; if nothing was sent, another leg is judged, once.
                try checkLeg()
                if self.leg === leg {
                    transaction.verdicts[domain ?? ""] = judgement
                    return (judgement, verdict, leg)
                }
                guard !isMended else { throw .leg(.lost(leg.stream.end ?? .closed)) }
                isMended = true
            case .redial(let serverName):
                // Recipients sent already may yet be accepted: whether the leg may be changed depends on their replies.
                try await settle()
                guard redialState(of: transaction) == .allowed else { continue }
                if !triedServerNames.contains(serverName) { triedServerNames.append(serverName) }
                guard let new = try await redial(serverName: serverName) else { continue }
                // A leg that lost TLS on the way says less about the server than the one at hand.
                if new.tls.isEstablished || !leg.tls.isEstablished { replaceLeg(with: new) } else { leave(new) }
            }
        }
    }

    private func judgement(of leg: Leg, for domain: String?, in transaction: Transaction) async -> Judgement {
        if let known = transaction.verdicts[domain ?? ""] { return known }
        let request = JudgeRequest(
            domain: domain, leg: evidence(of: leg), chain: leg.chain, redial: redialState(of: transaction),
            client: peers.client.address, route: route, exemption: exemption(of: transaction))
        return await judge(request)
    }

    /// Asks the policy. When that takes look-ups, the client gets first what it has been answered so far.
    func judge(_ request: JudgeRequest) async -> Judgement {
        if let known = policy.knownJudgement(request) { return known }
        flush()
        return await policy.judge(request, budget: .nanoseconds(settings.timeouts.policy.nanoseconds))
    }

    /// RFC 8460 3: a report about a failure must not be held back by that failure.
    private func exemption(of transaction: Transaction) -> String? {
        let sender = settings.reportSender
        return !sender.isEmpty && transaction.mail.reversePath.lowercased() == sender.lowercased() ? "a TLS report of this host" : nil
    }

    /// At most 2 re-dials for a transaction and 4 for a session, and none once a recipient of the transaction was accepted on the leg.
    private func redialState(of transaction: Transaction) -> Attempts.Redial {
        if transaction.recipientsAccepted > 0 { return .transactionUsesLeg }
        if isAuthenticated { return .exhausted }
        return transaction.redials < 2 && redials < 4 ? .allowed : .exhausted
    }

    func evidence(of leg: Leg) -> LegEvidence {
        LegEvidence(
            destination: leg.destination.address, port: leg.destination.port, tls: leg.tls, serverName: leg.serverName,
            triedServerNames: triedServerNames)
    }

    // MARK: The record

    /// Whether the decision is in the journal as configured: on disk before the reply when durability is strict. What to do while the journal
    /// fails is asked only when it does.
    private func isRecorded() async -> Bool {
        if settings.strictDurability {
            do {
                flush()
                try await transcript.recorder.commit()
                return true
            } catch {
                return settings.continueWithoutJournal
            }
        }
        return settings.continueWithoutJournal || transcript.recorder.health == .healthy
    }

    private func record(
        _ judgement: Judgement, _ verdict: Verdict, decision: RecordID, recipient: RcptCommand, reply: Reply?, in transaction: Transaction
    ) {
        let subject = DecisionSubject(
            id: decision, connection: id, client: peers.client.address.description,
            source: source?.description, sender: transaction.mail.reversePath,
            recipient: recipient.forwardPath, domain: recipient.domain.name ?? recipient.domain.literal ?? "",
            reply: reply?.description, handshakeMilliseconds: leg?.handshakeMilliseconds)
        transcript.add(
            .note,
            text: "decision \(decision) \(verdict.action.rawValue) \(verdict.policy.rawValue) \(verdict.reason.rawValue): \(verdict.detail)"
        )
        for event in judgement.journalEvents(verdict, subject: subject, chain: leg?.chain) { transcript.record(event) }
    }
}

extension RecipientDomain {
    var literal: String? {
        if case .addressLiteral(let literal) = self { "[\(literal)]" } else { nil }
    }
}

extension Verdict {
    /// The reply for the client: a short reason, and the decision to ask about.
    func reply(_ decision: RecordID) -> Reply {
        Reply(code, enhancedCode, "\(printable(detail, limit: 400)) (\(decision))")
    }
}
