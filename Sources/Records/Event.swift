import Basics

/// Something that happened, to be journalled.
public enum Event: Sendable {
    /// A connection was accepted.
    indirect case opened(ConnectionOpened)
    /// Lines of its transcript: send many at once, each event costs a row.
    case transcript(RecordID, [TranscriptLine])
    /// A connection ended.
    indirect case closed(ConnectionClosed)
    /// A transaction ended.
    indirect case transaction(TransactionRecord)
    /// A recipient's verdict.
    indirect case decision(DecisionRecord)
    /// What a decision rests on. Send it with each decision that names it: what is stored already costs a look into a table in memory.
    indirect case evidence(EvidenceRecord)
    /// A certificate that was shown. Send it as evidence is.
    indirect case certificate(CertificateRecord)
    /// A session's outcome under a policy.
    indirect case outcome(OutcomeRecord)
}
