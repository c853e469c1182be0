/// Bounds and intervals of an ``STSService``.
public struct STSSettings: Sendable {
    /// Answers kept in memory. The policies among them are in the store as well: who is pushed out is read back.
    public var cacheEntries = 50_000
    /// Octets of these answers. A policy may have 64 KiB, and whoever owns a domain has many names below it.
    public var cacheOctets = 32 << 20
    /// Checks under way; past it the answer is the cached policy, else `pending`.
    public var mostChecks = 10_000
    /// Fetches at a time that the refresher starts.
    public var refreshFetches = 4
    /// Between two passes of the refresher.
    public var refreshPause: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
