import Basics
import MTASTS

/// What Weft does with a recipient.
public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
    case accept, `defer`, refuse
}

/// Which policy decided.
public enum PolicyKind: String, Codable, Hashable, Sendable, CaseIterable {
    case dane, sts, none, route, override
}

/// Why a verdict is what it is. The vocabulary is fixed: journals, metrics and filters use it.
public enum Reason: String, Codable, Hashable, Sendable, CaseIterable {
    /// A TLSA record matches the peer's chain (RFC 7672 3).
    case daneVerified = "dane-verified"
    /// The certificate is valid for an MX host that the MTA-STS policy names (RFC 8461 4).
    case stsVerified = "sts-verified"
    /// No policy applies; the level of protection is recorded.
    case noPolicy = "no-policy"
    /// All TLSA records are unusable: TLS is required, authentication is not (RFC 7672 2.2).
    case tlsaUnusable = "tlsa-unusable"
    /// The recipient's domain is an address literal, or absent: no policy can apply (RFC 8461 3.4, RFC 7672 2.2).
    case addressLiteral = "address-literal"
    /// The operator exempted the domain for a limited time.
    case overridden = "override"
    /// The destination is a route, and its certificate is valid for the host.
    case routeVerified = "route-verified"
    /// The destination is a route of which nothing is demanded.
    case routeUnverified = "route"
    /// The domain does not exist.
    case domainNotFound = "domain-not-found"
    /// The domain publishes a null MX: it accepts no mail (RFC 7505).
    case nullMX = "null-mx"
    /// The MX look-up failed.
    case mxLookupFailed = "mx-lookup-failed"
    /// A DNS answer failed DNSSEC validation.
    case dnssecBogus = "dnssec-bogus"
    /// The address or TLSA look-up of an MX host failed (RFC 7672 2.1.2).
    case hostLookupFailed = "host-lookup-failed"
    /// The policy demands TLS and the server does not offer STARTTLS.
    case startTLSNotOffered = "starttls-not-offered"
    /// The policy demands TLS and the server answered STARTTLS with an error.
    case startTLSRefused = "starttls-refused"
    /// The policy demands TLS and the handshake failed.
    case handshakeFailed = "handshake-failed"
    /// No TLSA record matches the peer's chain.
    case daneMismatch = "dane-mismatch"
    /// DANE is required by configuration and the domain has no usable TLSA record (RFC 7672 6).
    case daneRequired = "dane-required"
    /// No MX host at this destination is named by the MTA-STS policy (RFC 8461 4.1).
    case stsMXMismatch = "sts-mx-mismatch"
    /// The certificate does not name the MX host (RFC 8461 4.2).
    case certificateHostMismatch = "certificate-host-mismatch"
    /// The certificate has expired, or is not yet valid.
    case certificateExpired = "certificate-expired"
    /// The certificate does not chain to a trusted root.
    case certificateNotTrusted = "certificate-not-trusted"
    /// The look-ups did not end within the time that a recipient may wait.
    case policyPending = "policy-pending"
    /// The domain needs another leg than the one this transaction already uses.
    case needsOwnTransaction = "needs-own-transaction"
    /// The sender asked for REQUIRETLS, and the leg is not encrypted to an authenticated MX host (RFC 8689 4.2.1).
    case requireTLSUnmet = "requiretls-unmet"
    /// The sender asked for REQUIRETLS, and the server does not offer it (RFC 8689 4.2.1).
    case requireTLSNotOffered = "requiretls-not-offered"
}

/// Failure types of TLS reports (RFC 8460 4.3).
public enum ResultType: String, Codable, Hashable, Sendable, CaseIterable {
    case startTLSNotSupported = "starttls-not-supported"
    case certificateHostMismatch = "certificate-host-mismatch"
    case certificateExpired = "certificate-expired"
    case certificateNotTrusted = "certificate-not-trusted"
    case validationFailure = "validation-failure"
    case tlsaInvalid = "tlsa-invalid"
    case dnssecInvalid = "dnssec-invalid"
    case daneRequired = "dane-required"
    case stsPolicyFetchError = "sts-policy-fetch-error"
    case stsPolicyInvalid = "sts-policy-invalid"
    case stsWebPKIInvalid = "sts-webpki-invalid"
}

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

/// How well a leg protects the message, from nothing to authenticated.
public enum SecurityLevel: String, Codable, Hashable, Sendable, CaseIterable {
    case plaintext
    /// TLS with a peer that could be anyone.
    case unauthenticated
    /// TLS; the certificate is valid for an MX host that insecure DNS named.
    case pkix
    case stsVerified = "sts-verified"
    /// The server of a route showed what the operator demands of it.
    case routeVerified = "route-verified"
    /// TLSA matched, but the MX record that led to the host is not DNSSEC-secure: not to be taken for secure delivery (RFC 7672 2.2.1).
    case daneInsecureMX = "dane-insecure-mx"
    case daneVerified = "dane-verified"

    /// True when the peer proved to be an MX host of the domain, or the host of the route.
    public var isAuthenticated: Bool {
        switch self {
        case .stsVerified, .routeVerified, .daneInsecureMX, .daneVerified: true
        case .plaintext, .unauthenticated, .pkix: false
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
    /// MTA-STS mode, or `mandatory` for DANE required by configuration.
    public var mode: String?
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
    public var isEnforcedPolicy: Bool { (policy == .dane || (policy == .sts && mode == "enforce")) && would == nil }
}

/// What to do next about a recipient.
public enum Step: Hashable, Sendable {
    /// Answer.
    case verdict(Verdict)
    /// Dial the destination again with this name as SNI, then decide again.
    case redial(serverName: DomainName)
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
