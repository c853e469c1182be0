import Basics
import NIOCore

/// Which resolvers to ask, how, and what to believe of their answers.
public struct DNSSettings: Sendable {
    /// The resolvers, in the order of preference. When ``trustAD`` is set and the AD bit of some of them is believed, the others are not
    /// asked: their answers would all count as insecure, and so a slow resolver would silently end DANE.
    public var servers: [SocketAddress]
    /// Believe the AD bit of resolvers on loopback and of ``trusted`` ones (RFC 7672 2.1.1, RFC 4035 4.9.3).
    public var trustAD: Bool
    /// Resolvers beyond loopback whose AD bit is believed: those reached over a secure channel.
    public var trusted: [IPAddress]
    /// How long one try waits for its reply.
    public var timeout: TimeAmount
    /// How many tries a look-up has; each goes to the next resolver.
    public var attempts: Int
    /// SO_MARK for every socket; needs CAP_NET_ADMIN. `nil`: none.
    public var mark: Int?
    /// Most answers cached.
    public var cacheEntries: Int
    /// Most different look-ups outstanding; one more fails.
    public var outstandingLimit: Int

    /// Settings with the defaults.
    public init(
        servers: [SocketAddress], trustAD: Bool = true, trusted: [IPAddress] = [], timeout: TimeAmount = .seconds(2), attempts: Int = 3,
        mark: Int? = nil, cacheEntries: Int = 50_000, outstandingLimit: Int = 20_000
    ) {
        self.servers = servers
        self.trustAD = trustAD
        self.trusted = trusted
        self.timeout = timeout
        self.attempts = attempts
        self.mark = mark
        self.cacheEntries = cacheEntries
        self.outstandingLimit = outstandingLimit
    }

    /// Whether the AD bit from `server` is believed.
    func believesAD(from server: SocketAddress) -> Bool {
        guard trustAD, let address = IPAddress(server) else { return false }
        return address.isLoopback || trusted.contains(address)
    }

    /// The resolvers that are asked; see ``servers``.
    var usedServers: [SocketAddress] {
        let believed = servers.filter(believesAD(from:))
        return believed.isEmpty ? servers : believed
    }
}
