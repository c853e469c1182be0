import Basics

/// What became of a recipient.
public enum RecipientFate: String, Codable, Hashable, Sendable, CaseIterable {
    /// The server took the message.
    case delivered
    /// The recipient or the message was answered 4xx: the client tries again.
    case deferred
    /// The recipient or the message was answered 5xx.
    case refused
    /// The transaction ended without the message: the client gave it up, or a connection was lost before the message was.
    case abandoned
    /// The leg was lost between the end of the message and the server's answer: it may have taken the message (RFC 1047).
    case unknown
}

/// What became of a recipient whose leg the policy accepted, by what the server said: kept once the transaction has ended.
public struct FateRecord: Sendable, Hashable {
    /// The decision on the recipient (``DecisionRecord/id``).
    public var decision: RecordID
    /// What became of it.
    public var fate: RecipientFate
    /// The server's own reply to this RCPT, or to the MAIL before it where that was refused; nil when there was none.
    public var reply: String?

    /// A fate.
    public init(decision: RecordID, fate: RecipientFate, reply: String? = nil) {
        self.decision = decision
        self.fate = fate
        self.reply = reply
    }
}

extension FateRecord: TableRow {
    /// `fates`.
    public static var table: String { "fates" }

    /// To be read into.
    public static var blank: FateRecord { FateRecord(decision: RecordID(high: 0, low: 0), fate: .unknown) }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("decision", since: 4, &decision)
        columns.column("fate", since: 4, &fate)
        columns.column("rcpt_reply", since: 4, &reply)
    }
}
