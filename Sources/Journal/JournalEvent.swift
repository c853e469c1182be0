import Basics

/// Something that happened, to be journalled.
public enum JournalEvent: Sendable {
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

    /// About how many octets it holds, to bound what waits to be written.
    var cost: Int {
        switch self {
        case .opened, .closed: 256
        case .transcript(_, let lines): lines.reduce(64) { $0 + 48 + $1.text.utf8.count }
        case .transaction(let record): 256 + (record.content?.count ?? 0)
        case .decision: 1024
        case .evidence(let record): 128 + record.body.count + 80 * record.certificates.count
        case .certificate(let record): 256 + record.der.count
        case .outcome(let record): record.policyString.reduce(512) { $0 + 32 + $1.utf8.count }
        }
    }
}
