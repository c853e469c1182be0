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
