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
