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
    /// Its decisions, in the order they were recorded.
    public var decisions: [DecisionRecord]

    /// What is kept of a connection.
    public init(
        id: RecordID, connection: ConnectionRecord?, transcript: [TranscriptLine], transactions: [TransactionRecord],
        decisions: [DecisionRecord]
    ) {
        self.id = id
        self.connection = connection
        self.transcript = transcript
        self.transactions = transactions
        self.decisions = decisions
    }
}
