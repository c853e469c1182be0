import Basics
import FoundationEssentials
import NIOCore
import Records
import SMTP

/// One mail transaction, from MAIL to its end.
///
/// A class because replies that are still to come belong to the transaction they were asked in, also when the client has pipelined the next one.
final class Transaction {
    /// Its number within the session, from 1.
    let number: Int
    let startedAt: Date
    /// The MAIL command, held until a recipient's policy has accepted the leg.
    let mail: MailCommand
    let mailLine: ByteBuffer
    /// Why no policy may hold this mail back; nil for mail like any other.
    let exemption: String?
    /// Whether MAIL was sent upstream.
    var isMailSent = false
    /// The server's refusal of MAIL, which is given at each RCPT.
    var mailRejection: Reply?
    /// EHLO keywords of the extensions the client used: a leg dialled again must offer them too.
    var extensionsUsed: Set<String>
    /// Finds the leg for its recipients.
    var selection = LegSelection()
    /// Those of its recipients that the policy let pass, in order.
    private(set) var passed: [PassedRecipient] = []
    /// The server's own reply to the message or to DATA.
    var serverReply: Reply?
    /// Recipients sent upstream whose replies are still to come.
    var recipientsOutstanding = 0
    var recipientsAccepted = 0
    var recipientsRefused = 0
    /// True when a domain among the recipients has an enforced policy that does not authenticate its server: the server's 5xx must
    /// not bounce that mail.
    var distrustsPermanentReplies = false
    /// True once BDAT was used: DATA may not follow (RFC 3030 2).
    var usesBDAT = false
    /// True after the message or its refusal: only RSET or a new MAIL may follow.
    var isOver = false
    var messageBytes = 0
    /// What the journal keeps of the message.
    let content: ContentCapture?

    init(
        number: Int, startedAt: Date, mail: MailCommand, line: ByteBuffer, exemption: String?, content: RelaySettings.Content
    ) {
        self.number = number
        self.startedAt = startedAt
        self.mail = mail
        mailLine = line
        self.exemption = exemption
        self.content = ContentCapture(content)
        extensionsUsed = mail.extensionsUsed
    }

    /// Who gets the message as it passes.
    var taps: [any MessageTap] { content.map { [$0] } ?? [] }

    /// Notes a recipient that the policy let pass; returns its number among them.
    func pass(_ decision: RecordID) -> Int {
        passed.append(PassedRecipient(decision: decision))
        return passed.count - 1
    }

    /// Notes what the client was told of a recipient, and the server's own words if it was asked.
    func note(_ answer: Reply, to recipient: Int, from server: Reply? = nil) {
        passed[recipient].note(answer, from: server)
    }

    /// What became of the recipients of a transaction that ended so, with `last` for its message.
    func fates(_ outcome: TransactionRecord.Outcome, last: Reply?) -> [FateRecord] {
        passed.map { FateRecord(decision: $0.decision, fate: $0.fate(outcome, last: last), reply: $0.reply?.description) }
    }

    var recipients: Int { recipientsOutstanding + recipientsAccepted + recipientsRefused }
}
