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

extension SecurityLevel: Comparable {
    /// Less protection before more.
    public static func < (one: SecurityLevel, other: SecurityLevel) -> Bool { one.rank < other.rank }

    /// Not the order of the cases: who forges an insecure MX record leads to a host of his own with TLSA records of his own, which no
    /// MTA-STS policy names.
    private var rank: Int {
        switch self {
        case .plaintext: 0
        case .unauthenticated: 1
        case .pkix: 2
        case .daneInsecureMX: 3
        case .stsVerified: 4
        case .routeVerified: 5
        case .daneVerified: 6
        }
    }
}
