import Basics
import NIOCore

/// `[dns]`: the resolvers and what is believed of them.
public struct DNSSettings: Hashable, Sendable {
    /// `resolvers`: the servers to ask, in order of preference. When ``dnssec`` is `trust-ad` and the AD bit of some of them is believed, the
    /// others are not asked: their answers would all count as insecure, and so a slow resolver would silently end DANE.
    /// Default none, which in the configuration stands for those of `/etc/resolv.conf`.
    public var servers: [SocketAddress]
    /// `dnssec`: where the DNSSEC status of an answer comes from. Default `trust-ad`.
    public var dnssec: DNSSEC
    /// `trusted`: resolvers beyond loopback whose AD bit is believed, because the path to them cannot be tampered with (RFC 7672 2.1.1).
    /// Default none.
    public var trusted: [IPAddress]
    /// `timeout`: how long one try of a query waits for its answer. 100 ms to 30 s, default 2 s.
    public var timeout: Duration
    /// `attempts`: tries of a query, over the resolvers in turn. 1 to 10, default 3.
    public var attempts: Int
    /// SO_MARK for every socket; needs CAP_NET_ADMIN. `nil`: none.
    public var mark: Int?
    /// `cache-entries`: answers that are kept in memory. 0 to 10000000, default 50000.
    public var cacheEntries: Int
    /// Most different look-ups outstanding; one more fails.
    public var outstandingLimit: Int

    /// Where the DNSSEC status of an answer comes from.
    public enum DNSSEC: String, Hashable, Sendable, CaseIterable {
        /// The AD bit of a validating resolver that is on loopback or `trusted` (RFC 7672 2.1.1, RFC 4035 4.9.3).
        case trustAD = "trust-ad"
        /// Nowhere: every answer counts as insecure, so there is no DANE.
        case off
    }

    /// The documented defaults, or others.
    public init(
        servers: [SocketAddress] = [], dnssec: DNSSEC = .trustAD, trusted: [IPAddress] = [], timeout: Duration = .seconds(2),
        attempts: Int = 3, mark: Int? = nil, cacheEntries: Int = 50_000, outstandingLimit: Int = 20_000
    ) {
        self.servers = servers
        self.dnssec = dnssec
        self.trusted = trusted
        self.timeout = timeout
        self.attempts = attempts
        self.mark = mark
        self.cacheEntries = cacheEntries
        self.outstandingLimit = outstandingLimit
    }

    /// Whether the AD bit from `server` is believed.
    func believesAD(from server: SocketAddress) -> Bool {
        guard dnssec == .trustAD, let address = IPAddress(server) else { return false }
        return address.isLoopback || trusted.contains(address)
    }

    /// The resolvers that are asked; see ``servers``.
    var usedServers: [SocketAddress] {
        let believed = servers.filter(believesAD(from:))
        return believed.isEmpty ? servers : believed
    }
}
