import Basics
import Records
import SMTP

/// A recipient that the policy let pass, and what was said of it.
struct PassedRecipient {
    /// The decision on it.
    let decision: RecordID
    /// The server's own reply to it, before Weft changed anything; nil while there is none, and for one that Weft kept back.
    private(set) var reply: Reply?
    /// The code of what the client was told.
    private(set) var code: Int?

    init(decision: RecordID) {
        self.decision = decision
    }

    /// Notes what the client was told, and the server's own words if it was asked.
    mutating func note(_ answer: Reply, from server: Reply?) {
        reply = server
        code = answer.code
    }

    /// What became of it, by what the client was told: in a transaction that ended so, with `last` for its message.
    func fate(_ outcome: TransactionRecord.Outcome, last: Reply?) -> RecipientFate {
        guard let code else { return .abandoned }
        guard code / 100 == 2 else { return code / 100 == 5 ? .refused : .deferred }
        return switch outcome {
        case .delivered: .delivered
        case .unknown: .unknown
        case .aborted, .reset: .abandoned
        case .refused: last?.isPermanent == true ? .refused : .deferred
        }
    }
}
