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
    /// Another leg is needed, and this session has had all its re-dials, or the re-dial failed: the MTA is to come again.
    case needsNewSession = "needs-new-session"
    /// The sender asked for REQUIRETLS, and the leg is not encrypted to an authenticated MX host (RFC 8689 4.2.1).
    case requireTLSUnmet = "requiretls-unmet"
    /// The sender asked for REQUIRETLS, and the server does not offer it (RFC 8689 4.2.1).
    case requireTLSNotOffered = "requiretls-not-offered"
}
