import Basics
import DANE
import DNS
import FoundationEssentials
import MTASTS
import TLS

/// What Weft's own look-ups say about a recipient's domain: everything `decide` may know of it.
///
/// A value of this type is journalled with each verdict it led to, so that the verdict can be worked out again without the network.
public struct DomainEvidence: Codable, Hashable, Sendable {
    /// The policy domain: the recipient's domain (RFC 8461 3.1).
    public var domain: DomainName
    /// When the oldest of the look-ups was made.
    public var lookedUpAt: Date
    /// The domain after CNAMEs, where its MX records are (RFC 7672 3.2.2); nil if it is no alias.
    public var expandedDomain: DomainName?
    /// The answer to the MX question.
    public var mx: MXEvidence
    /// H of the decision table: each MX host with its addresses and TLSA records, in order of preference.
    public var hosts: [HostLookup]
    /// The MTA-STS policy, or why there is none.
    public var sts: STSStatus
    /// The route that the destination is listed as; `domain` and `hosts` are then its host. Nil for a destination like any other.
    public var route: RoutePolicy?

    /// Evidence of a domain, as looked up at `lookedUpAt`.
    public init(
        domain: DomainName, lookedUpAt: Date, expandedDomain: DomainName? = nil, mx: MXEvidence, hosts: [HostLookup], sts: STSStatus,
        route: RoutePolicy? = nil
    ) {
        self.domain = domain
        self.lookedUpAt = lookedUpAt
        self.expandedDomain = expandedDomain
        self.mx = mx
        self.hosts = hosts
        self.sts = sts
        self.route = route
    }
}

/// The answer to the MX question for a domain (RFC 5321 5.1, RFC 7505).
public enum MXEvidence: Codable, Hashable, Sendable {
    /// MX records, in order of preference; `.` beside other hosts is left out (RFC 7505 3).
    case records([MXRecord], DNSSECStatus)
    /// No MX record: the domain itself is the host (RFC 5321 5.1).
    case implicit(DNSSECStatus)
    /// A single MX record with the exchange `.`: the domain accepts no mail (RFC 7505 3).
    case null(DNSSECStatus)
    /// The domain does not exist.
    case nonexistent(DNSSECStatus)
    /// The look-up failed, or its answer is bogus (RFC 7672 2.1.2).
    case failed(DNSFailure)

    /// True when the answer is DNSSEC-secure.
    public var isSecure: Bool {
        switch self {
        case .records(_, let status), .implicit(let status), .null(let status), .nonexistent(let status): status == .secure
        case .failed: false
        }
    }
}

/// What is known of the connection to the destination: the leg that is judged.
public struct LegEvidence: Codable, Hashable, Sendable {
    /// Address that the client connected to.
    public var destination: IPAddress
    /// Port that the client connected to.
    public var port: Int
    /// Whether the leg has TLS, and if not, why.
    public var tls: LegTLS
    /// Name sent as SNI on this leg, nil for none.
    public var serverName: DomainName?
    /// Names sent as SNI to this destination within the session, this leg's included.
    public var triedServerNames: [DomainName]
    /// K of the decision table: hosts of the domain whose addresses, now or lately, include the destination.
    public var hostsAtDestination: [DomainName]
    /// SHA-256 of each certificate the peer showed, leaf first, in hexadecimal.
    public var certificates: [String]
    /// What the peer's chain proves for each MX host.
    public var authentication: [DomainName: HostAuthentication]
    /// Whether the EHLO reply after STARTTLS offers REQUIRETLS (RFC 8689 2); nil when nobody looked.
    public var offersRequireTLS: Bool?

    /// A leg before its chain was compared with any host.
    public init(
        destination: IPAddress, port: Int, tls: LegTLS, serverName: DomainName? = nil, triedServerNames: [DomainName] = [],
        hostsAtDestination: [DomainName] = [], certificates: [String] = [], authentication: [DomainName: HostAuthentication] = [:],
        offersRequireTLS: Bool? = nil
    ) {
        self.destination = destination
        self.port = port
        self.tls = tls
        self.serverName = serverName
        self.triedServerNames = triedServerNames
        self.hostsAtDestination = hostsAtDestination
        self.certificates = certificates
        self.authentication = authentication
        self.offersRequireTLS = offersRequireTLS
    }
}

/// The TLS state of a leg.
public enum LegTLS: Codable, Hashable, Sendable {
    /// The server's EHLO reply lacks STARTTLS.
    case notOffered
    /// The server answered STARTTLS with something else than 220.
    case refused(code: Int, text: String)
    /// The handshake failed; the leg was dialled again in clear.
    case failed(TLSFailure)
    /// TLS is on.
    case established(TLSInfo)

    /// True when TLS is on.
    public var isEstablished: Bool {
        if case .established = self { true } else { false }
    }
}

/// What a certificate chain proves for one MX host.
public struct HostAuthentication: Codable, Hashable, Sendable {
    /// Comparison with the host's usable TLSA records; nil when it has none (RFC 7672 3).
    public var dane: DANEResult?
    /// PKIX path and DNS-ID check for the host's name (RFC 8461 4.2).
    public var pkix: PKIXResult

    /// What was found.
    public init(dane: DANEResult? = nil, pkix: PKIXResult) {
        self.dane = dane
        self.pkix = pkix
    }
}
