import Basics
import MTASTS
import Records

extension ResultType {
    /// A failure of MTA-STS before there is a leg (RFC 8460 4.3.2.2).
    init(_ failure: STSResultType) {
        switch failure {
        case .fetchError: self = .stsPolicyFetchError
        case .policyInvalid: self = .stsPolicyInvalid
        case .webPKIInvalid: self = .stsWebPKIInvalid
        }
    }
}

/// The answer for one recipient, with its reason.
public struct Verdict: Codable, Hashable, Sendable {
    /// What is done.
    public var action: Action
    /// What enforcement would have done, where it was not applied (report only, MTA-STS testing).
    public var would: Action?
    /// Which policy decided.
    public var policy: PolicyKind
    /// What the domain's MTA-STS policy asks for, where it bore on the verdict.
    public var stsMode: STSMode?
    /// Why.
    public var reason: Reason
    /// How the failure is counted in TLS reports (RFC 8460 4.3); nil for a success.
    public var resultType: ResultType?
    /// The MX host that authenticated the leg, or the one that the failure is about.
    public var host: DomainName?
    /// The leg's protection.
    public var level: SecurityLevel
    /// One sentence for the operator; printable ASCII.
    public var detail: String
    /// Reply code for the client: 250 for accept.
    public var code: Int
    /// Enhanced status code (RFC 3463).
    public var enhancedCode: String

    /// True when the domain has a policy that the operator's settings enforce, whatever the verdict.
    public var isEnforcedPolicy: Bool { (policy == .dane || (policy == .sts && stsMode == .enforce)) && would == nil }
}

/// What to do next about a recipient.
public enum Step: Hashable, Sendable {
    /// Answer.
    case verdict(Verdict)
    /// Dial the destination again with this name as SNI, then decide again.
    case redial(serverName: DomainName)
    /// Dial the destination again with the same name and a full handshake, then decide again.
    case renew
    /// Look something up again past all caches, then decide again.
    case refresh(Refresh)
}

/// A look-up that is worth repeating before a refusal.
public enum Refresh: String, Codable, Hashable, Sendable {
    /// TLSA records may have been rolled over since they were cached (RFC 7671 8.1).
    case tlsa
    /// The policy may have changed since it was cached (RFC 8461 5, 5.1).
    case stsID
}
