import Basics
import FoundationEssentials

/// An operator's order to let a domain's mail pass for a while in place of what its policy says.
public struct OverrideRow: Sendable, Hashable {
    /// The domain.
    public var domain: DomainName
    /// What it lets pass.
    public var kind: OverrideKind
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
        domain: DomainName, kind: OverrideKind = .any, until: Date, reason: String, who: String, created: Date, removed: Date? = nil,
        removedBy: String? = nil
    ) {
        self.domain = domain
        self.kind = kind
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

extension OverrideRow: TableRow {
    /// `overrides`.
    public static var table: String { "overrides" }

    /// To be read into.
    public static var blank: OverrideRow {
        OverrideRow(domain: .root, until: .distantPast, reason: "", who: "", created: .distantPast)
    }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("domain", &domain)
        columns.column("until", &until)
        columns.column("reason", &reason)
        columns.column("who", &who)
        columns.column("created", &created)
        columns.column("removed_at", since: 2, &removed)
        columns.column("removed_by", since: 2, &removedBy)
        // Before there were kinds, an override let anything pass.
        var kind = Optional(kind)
        columns.column("kind", since: 4, &kind)
        self.kind = kind ?? .any
    }
}
