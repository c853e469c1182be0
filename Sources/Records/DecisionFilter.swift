import Basics
import FoundationEssentials

/// Which decisions to read. What is nil does not restrict.
public struct DecisionFilter: Sendable, Hashable {
    /// The recipient's domain.
    public var domain: RecipientDomain?
    /// The client's address.
    public var client: IPAddress?
    /// The reverse path, in any case.
    public var sender: String?
    /// The recipient, in any case.
    public var recipient: String?
    /// What was done.
    public var action: Action?
    /// The policy that decided.
    public var policy: PolicyKind?
    /// What became of the recipient.
    public var fate: RecipientFate?
    /// Made then or later.
    public var since: Date?
    /// Made before then.
    public var until: Date?
    /// Recorded after this decision: to follow what is happening, give the id of the last one seen.
    public var after: RecordID?
    /// At most so many: the first ones with ``after``, else the latest.
    public var limit: Int

    /// A filter that lets everything pass but for `limit`.
    public init(
        domain: RecipientDomain? = nil, client: IPAddress? = nil, sender: String? = nil, recipient: String? = nil,
        action: Action? = nil, policy: PolicyKind? = nil, fate: RecipientFate? = nil, since: Date? = nil, until: Date? = nil,
        after: RecordID? = nil, limit: Int = 100
    ) {
        self.domain = domain
        self.client = client
        self.sender = sender
        self.recipient = recipient
        self.action = action
        self.policy = policy
        self.fate = fate
        self.since = since
        self.until = until
        self.after = after
        self.limit = limit
    }
}
