import Basics

/// How often a policy was met or missed on one day: what RFC 8460 reports and audits are made of.
///
/// Records that agree in all but ``count`` are added up.
public struct OutcomeRecord: Sendable, Hashable {
    /// RFC 8460 4.4 policy-type.
    public enum PolicyType: String, Hashable, Sendable, CaseIterable {
        /// DANE.
        case tlsa
        /// MTA-STS.
        case sts
        /// Neither.
        case none = "no-policy-found"
    }

    /// The UTC day, `2026-11-23`.
    public var day: String
    /// RFC 8460 policy-domain.
    public var policyDomain: DomainName
    /// The kind of policy.
    public var policyType: PolicyType
    /// RFC 8460 result type; nil counts sessions that met the policy.
    public var resultType: ResultType?
    /// Sessions.
    public var count: Int
    /// RFC 8460 policy-string, one element for each line or TLSA record.
    public var policyString: [String]
    /// RFC 8460 mx-host: the policy's patterns, one element each.
    public var policyMX: [String]
    /// RFC 8460 receiving-mx-hostname.
    public var mxHost: DomainName?
    /// RFC 8460 sending-mta-ip.
    public var sendingAddress: IPAddress?
    /// RFC 8460 receiving-ip.
    public var receivingAddress: IPAddress?
    /// RFC 8460 failure-reason-code.
    public var reason: String?

    /// One session, or `count` of them, with the same outcome.
    public init(
        day: String, policyDomain: DomainName, policyType: PolicyType, resultType: ResultType? = nil, count: Int = 1,
        policyString: [String] = [], policyMX: [String] = [], mxHost: DomainName? = nil, sendingAddress: IPAddress? = nil,
        receivingAddress: IPAddress? = nil, reason: String? = nil
    ) {
        self.day = day
        self.policyDomain = policyDomain
        self.policyType = policyType
        self.resultType = resultType
        self.count = count
        self.policyString = policyString
        self.policyMX = policyMX
        self.mxHost = mxHost
        self.sendingAddress = sendingAddress
        self.receivingAddress = receivingAddress
        self.reason = reason
    }
}
