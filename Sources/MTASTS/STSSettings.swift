/// Bounds and intervals of an ``STSService``.
public struct STSSettings: Sendable {
    /// Answers kept in memory, about; one with a long policy counts as one for each KiB. Policies themselves are in the store.
    public var cacheEntries = 50_000
    /// Checks under way; past it the answer is the cached policy, else `pending`.
    public var mostChecks = 10_000
    /// Fetches at a time that the refresher starts.
    public var refreshFetches = 4
    /// Between two passes of the refresher.
    public var refreshPause: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
