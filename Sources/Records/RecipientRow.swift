/// A recipient: the decision on it, joined to what became of it.
public struct RecipientRow: Sendable, Hashable {
    /// The decision.
    public var decision: DecisionRecord
    /// What became of a recipient that the policy let pass; nil while its transaction goes on, and where none was recorded.
    public var passed: FateRecord?
    /// The server's own reply to the message, or to DATA, where it came so far.
    public var messageReply: String?

    /// A recipient.
    public init(decision: DecisionRecord, passed: FateRecord? = nil, messageReply: String? = nil) {
        self.decision = decision
        self.passed = passed
        self.messageReply = messageReply
    }

    /// What became of it: by the policy where that did not let it pass, else by the server; nil while that is not known.
    public var fate: RecipientFate? {
        switch decision.action {
        case .defer: .deferred
        case .refuse: .refused
        case .accept: passed?.fate
        }
    }
}
