import FoundationEssentials
import Records

extension DecisionSettings {
    /// An exemption with an end and a reason.
    public struct Override: Hashable, Sendable {
        /// What it lets pass.
        public var kind: OverrideKind
        /// The override applies before this time.
        public var until: Date
        /// Why the operator made it.
        public var reason: String

        /// An exemption of a domain.
        public init(kind: OverrideKind = .any, until: Date, reason: String) {
            self.kind = kind
            self.until = until
            self.reason = reason
        }

        /// Whether it holds at `time`.
        func isInForce(at time: Date) -> Bool { time < until }
    }
}

extension DecisionSettings.Override: Codable {
    private enum CodingKeys: String, CodingKey { case kind, until, reason }

    /// Reads what `encode(to:)` wrote, now or before there were kinds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decodeIfPresent(OverrideKind.self, forKey: .kind) ?? .any
        until = try container.decode(Date.self, forKey: .until)
        reason = try container.decode(String.self, forKey: .reason)
    }

    /// Leaves out the kind that all were of once: evidence is stored under its digest, and equal evidence keeps it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if kind != .any { try container.encode(kind, forKey: .kind) }
        try container.encode(until, forKey: .until)
        try container.encode(reason, forKey: .reason)
    }
}
