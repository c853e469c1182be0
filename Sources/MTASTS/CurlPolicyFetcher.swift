import Basics
import DNS
import Synchronization

/// Fetches policies with libcurl (RFC 8461 3.3): `https://mta-sts.<domain>/.well-known/mta-sts.txt`, no redirects, no proxy, no cache.
///
/// The policy host is looked up with our own resolver, its addresses are checked, and the connection is pinned to them. A fetch takes no thread;
/// many run side by side, and those past the bound take turns by `FetchQueue`. Call `shutdown()` before the last reference goes.
public final class CurlPolicyFetcher: PolicyFetching {
    private let settings: Mutex<PolicyFetchSettings>
    let resolver: any Resolver
    let port: Int
    /// May a policy host have this address? Only what is routable on the Internet: a domain's owner must not make us talk to our own network.
    let permits: @Sendable (IPAddress) -> Bool
    let engine: FetchEngine

    /// A fetcher that is ready.
    public convenience init(settings: PolicyFetchSettings = PolicyFetchSettings(), resolver: any Resolver) {
        self.init(settings: settings, resolver: resolver, port: 443)
    }

    /// `port` and `permits` are for tests: policy hosts have 443 only.
    init(
        settings: PolicyFetchSettings, resolver: any Resolver, port: Int,
        permits: @escaping @Sendable (IPAddress) -> Bool = { $0.isGloballyRoutable }
    ) {
        self.settings = Mutex(settings)
        self.resolver = resolver
        self.port = port
        self.permits = permits
        engine = FetchEngine(
            FetchQueue(slots: settings.mostFetches, slotsOfNetwork: settings.mostFetchesOfNetwork, places: settings.mostWaiting))
    }

    /// Takes new settings; fetches that begin from now on follow them. The bounds of how many run and wait stay.
    public func reconfigure(_ settings: PolicyFetchSettings) {
        self.settings.withLock { $0 = settings }
    }

    /// Fetches that run or wait end at once.
    public func shutdown() async { await engine.shutdown() }

    /// See `PolicyFetching`.
    public func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        let settings = settings.withLock { $0 }
        let started = ContinuousClock.now
        guard let host = domain.below("mta-sts") else {
            throw .failed(STSFailure(.fetchError, "\(domain) is too long for a policy host"))
        }
        let addresses = try await policyHostAddresses(host)
        let now = ContinuousClock.now
        let request = PolicyRequest(
            host: host, port: port, addresses: addresses, settings: settings,
            timeout: max(settings.totalTimeout - (now - started), .milliseconds(1)))
        // Waiting has a bound of its own: a fetch that gets no turn says nothing of its policy host, and must not eat up the host's time. Twice
        // what a fetch may take: when those that hold the slots are through, it is still there.
        return try await engine.run(request, waitingUntil: now + settings.totalTimeout * 2).get()
    }
}
