import FoundationEssentials

/// What the operator configured that bears on a decision about one domain.
public struct DecisionSettings: Codable, Hashable, Sendable {
    /// Whether a failing leg is refused, or only recorded.
    public enum Enforcement: String, Codable, Hashable, Sendable, CaseIterable { case enforce, report }
    /// Whether a policy failure is answered 451 or 550.
    public enum OnFailure: String, Codable, Hashable, Sendable, CaseIterable { case `defer`, refuse }
    /// What TLSA records are worth when the MX record is not DNSSEC-secure (RFC 7672 2.2.1).
    public enum InsecureMX: String, Codable, Hashable, Sendable, CaseIterable { case off, encrypt, dane }
    /// What to do while the MTA-STS policy of a domain is not known yet.
    public enum OnPending: String, Codable, Hashable, Sendable, CaseIterable { case `defer`, proceed }
    /// A policy that the operator demands whatever the domain publishes.
    public enum Requirement: String, Codable, Hashable, Sendable, CaseIterable { case dane }

    /// An exemption with an end and a reason.
    public struct Override: Codable, Hashable, Sendable {
        /// The override applies before this time.
        public var until: Date
        /// Why the operator made it.
        public var reason: String

        /// An exemption of a domain.
        public init(until: Date, reason: String) {
            self.until = until
            self.reason = reason
        }
    }

    /// Whether failing legs are refused.
    public var enforcement: Enforcement
    /// How they are refused.
    public var onFailure: OnFailure
    /// What TLSA records behind an insecure MX record are worth.
    public var insecureMX: InsecureMX
    /// What to do while the MTA-STS policy is not known.
    public var onPending: OnPending
    /// What is demanded of the domain in any case.
    public var require: Requirement?
    /// The exemption of the domain.
    public var override: Override?

    /// The settings of the documented defaults, or others.
    public init(
        enforcement: Enforcement = .enforce, onFailure: OnFailure = .defer, insecureMX: InsecureMX = .dane,
        onPending: OnPending = .defer, require: Requirement? = nil, override: Override? = nil
    ) {
        self.enforcement = enforcement
        self.onFailure = onFailure
        self.insecureMX = insecureMX
        self.onPending = onPending
        self.require = require
        self.override = override
    }
}

/// How far the session has come in trying to satisfy the policy: what keeps `decide` from asking for the same thing for ever.
public struct Attempts: Codable, Hashable, Sendable {
    /// Whether the leg may be dialled again.
    public enum Redial: String, Codable, Hashable, Sendable {
        case allowed
        /// A recipient of this transaction already uses the leg.
        case transactionUsesLeg
        /// The bound on re-dials was reached.
        case exhausted
    }

    /// Whether the leg may be dialled again.
    public var redial: Redial
    /// Look-ups that were already repeated for this recipient.
    public var refreshed: Set<Refresh>

    /// Nothing tried yet, or what was.
    public init(redial: Redial = .allowed, refreshed: Set<Refresh> = []) {
        self.redial = redial
        self.refreshed = refreshed
    }
}

extension Attempts {
    private enum CodingKeys: String, CodingKey { case redial, refreshed }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        redial = try container.decode(Redial.self, forKey: .redial)
        refreshed = try container.decode(Set<Refresh>.self, forKey: .refreshed)
    }

    /// Writes the set in order: evidence is stored under its digest, so equal values must have equal encodings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(redial, forKey: .redial)
        try container.encode(refreshed.sorted { $0.rawValue < $1.rawValue }, forKey: .refreshed)
    }
}
