import Basics
import FoundationEssentials

/// Which decisions to read. What is nil does not restrict.
public struct DecisionFilter: Sendable, Hashable {
    /// The recipient's domain, as A-labels in lower case.
    public var domain: String?
    /// The client's address.
    public var client: String?
    /// The reverse path, in any case.
    public var sender: String?
    /// The recipient, in any case.
    public var recipient: String?
    /// `accept`, `defer`, `refuse`.
    public var action: String?
    /// `dane`, `sts`, `none`, `route`, `override`.
    public var policy: String?
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
        domain: String? = nil, client: String? = nil, sender: String? = nil, recipient: String? = nil, action: String? = nil,
        policy: String? = nil, since: Date? = nil, until: Date? = nil, after: RecordID? = nil, limit: Int = 100
    ) {
        self.domain = domain
        self.client = client
        self.sender = sender
        self.recipient = recipient
        self.action = action
        self.policy = policy
        self.since = since
        self.until = until
        self.after = after
        self.limit = limit
    }
}
