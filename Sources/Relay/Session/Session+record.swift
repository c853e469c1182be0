import Basics
import FoundationEssentials
import Policy
import Records
import SMTP

extension Session {
    // MARK: A recipient

    /// Whether the decision is in the journal as configured: on disk before the reply when durability is strict.
    ///
    /// - Parameter isTaken: whether the journal took it, rather than drop it.
    func isRecorded(isTaken: Bool) async -> Bool {
        guard isTaken else { return settings.onJournalFailure == .continue }
        if settings.durability == .strict {
            do {
                flush()
                try await recorder.commit()
                return true
            } catch {
                return settings.onJournalFailure == .continue
            }
        }
        return settings.onJournalFailure == .continue || recorder.health == .healthy
    }

    /// Gives the journal a decision with its evidence. Returns whether it took them.
    func record(
        _ outcome: LegSelection.Outcome, decision: RecordID, recipient: RcptCommand, reply: Reply?, in transaction: Transaction
    ) -> Bool {
        let verdict = outcome.verdict
        let subject = DecisionSubject(
            id: decision, connection: id, transaction: transaction.number, client: peers.client.address, source: upstream.source,
            sender: transaction.mail.reversePath, recipient: recipient.forwardPath, domain: recipient.domain,
            reply: reply?.description, handshakeMilliseconds: outcome.leg.handshakeMilliseconds)
        transcript.add(
            .note,
            text: "decision \(decision) \(verdict.action.rawValue) \(verdict.policy.rawValue) \(verdict.reason.rawValue): \(verdict.detail)"
        )
        transcript.handOver()
        return recorder.take(outcome.judgement.journalEvents(verdict, subject: subject, chain: outcome.leg.chain))
    }

    // MARK: A transaction

    /// Closes the books on the current transaction, if there is one.
    func endTransaction(_ outcome: TransactionRecord.Outcome, reply: Reply? = nil) {
        guard let transaction else { return }
        self.transaction = nil
        guard !transaction.isOver else { return }
        let isRefused = transaction.recipientsRefused > 0 && transaction.recipientsRefused == transaction.recipients
        record(transaction, isRefused && outcome == .reset ? .refused : outcome, reply: reply)
    }

    /// Ends the transaction after a message, or its refusal: RSET or a new MAIL may follow.
    func concludeTransaction(_ outcome: TransactionRecord.Outcome, reply: Reply) {
        guard let transaction, !transaction.isOver else { return }
        record(transaction, outcome, reply: client.stream.isGone ? nil : reply)
        transaction.isOver = true
        if outcome == .delivered { self.transaction = nil }
    }

    private func record(_ transaction: Transaction, _ outcome: TransactionRecord.Outcome, reply: Reply?) {
        record(
            .transaction(
                TransactionRecord(
                    connection: id, number: transaction.number, startedAt: transaction.startedAt, endedAt: Date(),
                    sender: transaction.mail.reversePath, recipientsAccepted: transaction.recipientsAccepted,
                    recipientsRefused: transaction.recipientsRefused, bytes: transaction.messageBytes, outcome: outcome,
                    reply: reply?.description, serverReply: transaction.serverReply?.description, content: transaction.content?.octets,
                    fates: transaction.fates(outcome, last: reply))))
    }

    /// Gives the journal the transcript so far, then `event`.
    func record(_ event: Event) {
        transcript.handOver()
        recorder.record(event)
    }
}
