import FoundationEssentials

/// An operator's order to let a domain's mail pass for a while, whatever its policy says.
public struct OverrideRow: Sendable, Hashable {
    /// The domain, as A-labels in lower case.
    public var domain: String
    /// When it ends, unless it is removed before.
    public var until: Date
    /// Why, in the operator's words.
    public var reason: String
    /// Who ordered it.
    public var who: String
    /// When.
    public var created: Date
    /// When it was removed, or another took its place, before its end.
    public var removed: Date?
    /// Who did that.
    public var removedBy: String?

    /// An order.
    public init(
        domain: String, until: Date, reason: String, who: String, created: Date, removed: Date? = nil, removedBy: String? = nil
    ) {
        self.domain = domain
        self.until = until
        self.reason = reason
        self.who = who
        self.created = created
        self.removed = removed
        self.removedBy = removedBy
    }

    /// Whether it holds at `time`.
    public func isInForce(at time: Date) -> Bool {
        removed == nil && time < until
    }
}
