import FoundationEssentials
import Records

/// What the operator configured that bears on a decision about one domain.
public struct DecisionSettings: Codable, Hashable, Sendable {
    /// The reply to a policy failure.
    public enum OnFailure: String, Codable, Hashable, Sendable, CaseIterable {
        /// `451`: the MTA keeps the mail and tries again.
        case `defer`
        /// `550`: the mail bounces.
        case refuse
    }

    /// What TLSA records are worth when the MX record is not DNSSEC-secure (RFC 7672 2.2.1).
    public enum InsecureMX: String, Codable, Hashable, Sendable, CaseIterable {
        /// They are not looked up.
        case off
        /// They demand TLS, but no certificate.
        case encrypt
        /// They are verified as with signed MX records; recorded as not secure delivery all the same.
        case dane
    }

    /// What to do while the MTA-STS policy of a domain is not known yet.
    public enum OnPending: String, Codable, Hashable, Sendable, CaseIterable {
        /// `451`: the next try will find the policy in the cache.
        case `defer`
        /// As if the domain had no policy.
        case proceed
    }

    /// A policy that the operator demands whatever the domain publishes.
    public enum Requirement: String, Codable, Hashable, Sendable, CaseIterable {
        /// Usable TLSA records at the domain's MX hosts, and a certificate that matches them; else 451 4.7.5.
        case dane
    }

    /// `enforcement`: whether failing legs are refused. Default `enforce`.
    public var enforcement: Enforcement
    /// `on-failure`: the answer to a recipient whose policy refuses the leg. Default `defer`.
    public var onFailure: OnFailure
    /// `insecure-mx`: what TLSA records of an MX host count for when the MX records themselves are not signed. Default `dane`.
    public var insecureMX: InsecureMX
    /// `on-pending`: what is done while the first look-up of a domain's MTA-STS policy has not ended. Default `defer`.
    public var onPending: OnPending
    /// What is demanded of the domain in any case; only a `[[domain]]` can.
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
        /// The last re-dial came to no connection.
        case failed
        /// Nobody is going to dial: what is known decides.
        case unwanted
    }

    /// Whether the leg may be dialled again.
    public var redial: Redial
    /// Why the last re-dial came to nothing, in the server's words or the system's.
    public var redialFailure: String?
    /// Look-ups that were already repeated for this recipient.
    public var refreshed: Set<Refresh>
    /// Mail for other domains uses the leg already, so that it was not dialled for this one.
    public var isLegShared: Bool

    /// Nothing tried yet, or what was.
    public init(redial: Redial = .allowed, redialFailure: String? = nil, refreshed: Set<Refresh> = [], isLegShared: Bool = false) {
        self.redial = redial
        self.redialFailure = redialFailure
        self.refreshed = refreshed
        self.isLegShared = isLegShared
    }
}

extension Attempts {
    private enum CodingKeys: String, CodingKey { case redial, redialFailure, refreshed, isLegShared }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        redial = try container.decode(Redial.self, forKey: .redial)
        redialFailure = try container.decodeIfPresent(String.self, forKey: .redialFailure)
        refreshed = try container.decode(Set<Refresh>.self, forKey: .refreshed)
        isLegShared = try container.decodeIfPresent(Bool.self, forKey: .isLegShared) ?? false
    }

    /// Writes the set in order: evidence is stored under its digest, so equal values must have equal encodings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(redial, forKey: .redial)
        try container.encode(refreshed.sorted { $0.rawValue < $1.rawValue }, forKey: .refreshed)
        // Absent as in what was stored before there was such a thing.
        try container.encodeIfPresent(redialFailure, forKey: .redialFailure)
        if isLegShared { try container.encode(true, forKey: .isLegShared) }
    }
}
