import Basics
import FoundationEssentials

/// One mail transaction: from MAIL to its end.
public struct TransactionRecord: Sendable, Hashable {
    /// How a transaction ended.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// The upstream server took the message.
        case delivered
        /// The message, or each of its recipients, was refused or deferred, by the server or by Weft.
        case refused
        /// A connection ended before the transaction did.
        case aborted
        /// The client gave it up: RSET, EHLO or QUIT.
        case reset
        /// The leg was lost between the end of the message and the server's answer.
        case unknown
    }

    /// The connection it belongs to.
    public var connection: RecordID
    /// Its number within the connection, from 1.
    public var number: Int
    /// When MAIL was received.
    public var startedAt: Date
    /// When its last reply was sent.
    public var endedAt: Date
    /// The reverse path without its brackets, empty for `<>`.
    public var sender: String
    /// Recipients the upstream server accepted.
    public var recipientsAccepted: Int
    /// Recipients that Weft or the server refused or deferred.
    public var recipientsRefused: Int
    /// Octets of message data received from the client.
    public var bytes: Int
    /// How it ended.
    public var outcome: Outcome
    /// The last reply, as the client had it, as one line of text; nil if there was none.
    public var reply: String?
    /// The server's own reply to the message, or to DATA, as one line of text; nil if it came to none. ``reply`` may be another: a 5xx that an
    /// enforced policy does not believe, or a word of Weft's.
    public var serverReply: String?
    /// The message or its header; nil unless the configuration asks for it.
    public var content: [UInt8]?
    /// What became of each recipient that the policy let pass. Written with the transaction, read with the decisions (``RecipientRow``).
    public var fates: [FateRecord]

    /// A transaction that ended.
    public init(
        connection: RecordID, number: Int, startedAt: Date, endedAt: Date, sender: String, recipientsAccepted: Int = 0,
        recipientsRefused: Int = 0, bytes: Int = 0, outcome: Outcome, reply: String? = nil, serverReply: String? = nil,
        content: [UInt8]? = nil,
        fates: [FateRecord] = []
    ) {
        self.connection = connection
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.sender = sender
        self.recipientsAccepted = recipientsAccepted
        self.recipientsRefused = recipientsRefused
        self.bytes = bytes
        self.outcome = outcome
        self.reply = reply
        self.serverReply = serverReply
        self.content = content
        self.fates = fates
    }
}

extension TransactionRecord: TableRow {
    /// `transactions`.
    public static var table: String { "transactions" }

    /// To be read into.
    public static var blank: TransactionRecord {
        TransactionRecord(
            connection: RecordID(high: 0, low: 0), number: 0, startedAt: .distantPast, endedAt: .distantPast, sender: "", outcome: .unknown)
    }

    /// Every column; the fates are rows of their own.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("connection", &connection)
        columns.column("number", &number)
        columns.column("started_at", &startedAt)
        columns.column("ended_at", &endedAt)
        columns.column("sender", &sender)
        columns.column("recipients_accepted", &recipientsAccepted)
        columns.column("recipients_refused", &recipientsRefused)
        columns.column("bytes", &bytes)
        columns.column("outcome", &outcome)
        columns.column("reply", limit: RecordColumn.long, &reply)
        columns.column("server_reply", limit: RecordColumn.long, since: 4, &serverReply)
        columns.column("content", &content)
    }
}
