import Basics

/// Everything that is kept of one connection.
public struct SessionReport: Sendable, Hashable {
    /// The connection.
    public var id: RecordID
    /// Its addresses and its end; nil if only decisions of it are kept.
    public var connection: ConnectionRecord?
    /// What was said.
    public var transcript: [TranscriptLine]
    /// Its transactions by number.
    public var transactions: [TransactionRecord]
    /// Its recipients, in the order of their decisions.
    public var recipients: [RecipientRow]

    /// What is kept of a connection.
    public init(
        id: RecordID, connection: ConnectionRecord?, transcript: [TranscriptLine], transactions: [TransactionRecord],
        recipients: [RecipientRow]
    ) {
        self.id = id
        self.connection = connection
        self.transcript = transcript
        self.transactions = transactions
        self.recipients = recipients
    }
}
