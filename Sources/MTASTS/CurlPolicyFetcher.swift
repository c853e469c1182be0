import Basics
import DNS
import Synchronization

import class NIOPosix.NIOThreadPool

/// Fetches policies with libcurl (RFC 8461 3.3): `https://mta-sts.<domain>/.well-known/mta-sts.txt`, no redirects, no proxy, no cache.
///
/// The policy host is looked up with our own resolver, its addresses are checked, and the connection is pinned to them. Each fetch
/// occupies one thread of a pool of its own; further ones wait in a queue. Call `shutdown()` before the last reference goes.
public final class CurlPolicyFetcher: PolicyFetching {
    private let settings: Mutex<PolicyFetchSettings>
    let resolver: any Resolver
    let port: Int
    /// May a policy host have this address? Only what is routable on the Internet: a domain's owner must not make us talk to our own network.
    let permits: @Sendable (IPAddress) -> Bool
    private let pool: NIOThreadPool
    private let isShutDown = Flag()
    private let clock = ContinuousClock()

    /// A fetcher with its threads running.
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
        pool = NIOThreadPool(numberOfThreads: max(1, settings.threads))
        pool.start()
    }

    /// Takes new settings; fetches that begin from now on follow them. The number of threads stays.
    public func reconfigure(_ settings: PolicyFetchSettings) {
        self.settings.withLock { $0 = settings }
    }

    /// Fetches that run or wait end with a failure, within about a second; then the threads end.
    public func shutdown() async {
        isShutDown.set()
        try? await pool.shutdownGracefully()
    }

    /// See `PolicyFetching`.
    public func fetch(domain: DomainName) async throws(FetchError) -> FetchedPolicy {
        let settings = settings.withLock { $0 }
        let started = clock.now
        guard let host = domain.below("mta-sts") else { throw STSFailure(.fetchError, "\(domain) is too long for a policy host") }
        let addresses = try await policyHostAddresses(host)
        let remaining = settings.totalTimeout - started.duration(to: clock.now)
        let cancelled = Flag()
        let request = PolicyRequest(
            host: host, port: port, addresses: addresses, settings: settings,
            timeout: max(remaining, .milliseconds(1)), isCancelled: { [isShutDown] in cancelled.isSet || isShutDown.isSet })
        let result: Result<FetchedPolicy, FetchError>
        do {
            result = try await withTaskCancellationHandler {
                try await pool.runIfActive {
                    Result { () throws(FetchError) in try PolicyTransfer(request).run() }
                }
            } onCancel: {
                cancelled.set()
            }
        } catch {
            throw STSFailure(.fetchError, "the fetch was abandoned")
        }
        return try result.get()
    }
}
