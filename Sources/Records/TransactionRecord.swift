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
    /// The last reply, as one line of text; nil if there was none.
    public var reply: String?
    /// The message or its header; nil unless the configuration asks for it.
    public var content: [UInt8]?

    /// A transaction that ended.
    public init(
        connection: RecordID, number: Int, startedAt: Date, endedAt: Date, sender: String, recipientsAccepted: Int = 0,
        recipientsRefused: Int = 0, bytes: Int = 0, outcome: Outcome, reply: String? = nil, content: [UInt8]? = nil
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
        self.content = content
    }
}
