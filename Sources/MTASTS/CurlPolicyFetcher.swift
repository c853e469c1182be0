import Basics
import DNS

import class NIOPosix.NIOThreadPool

/// Fetches policies with libcurl (RFC 8461 3.3): `https://mta-sts.<domain>/.well-known/mta-sts.txt`, no redirects, no proxy, no cache.
///
/// The policy host is looked up with our own resolver, its addresses are checked, and the connection is pinned to them. Each fetch
/// occupies one thread of a pool of its own; further ones wait in a queue. Call `shutdown()` before the last reference goes.
public final class CurlPolicyFetcher: PolicyFetching {
    /// What to do about a policy that is not served as text/plain.
    public enum ContentTypeRule: String, Codable, Hashable, Sendable {
        /// The fetch fails.
        case require
        /// The policy is used, with a note in its lint.
        case warn
    }

    /// How to fetch.
    public struct Configuration: Sendable {
        /// PEM file with the trusted roots; nil for the system's.
        public var caFile: String?
        /// Is another media type than text/plain an error?
        public var contentType: ContentTypeRule = .require
        /// SO_MARK of the sockets.
        public var mark: Int?
        /// What one fetch may take, look-up and all; time in the queue does not count.
        public var totalTimeout: Duration = .seconds(60)
        /// What connecting may take, TLS handshake included.
        public var connectTimeout: Duration = .seconds(10)
        /// Fetches at a time.
        public var threads = 16
        /// May a policy host have this address? By default only what is routable on the Internet: a domain's owner must not make us
        /// talk to our own network.
        public var permits: @Sendable (IPAddress) -> Bool = { $0.isGloballyRoutable }

        /// The defaults.
        public init() {}
    }

    let configuration: Configuration
    let resolver: any Resolver
    let port: Int
    private let pool: NIOThreadPool
    private let isShutDown = Flag()
    private let clock = ContinuousClock()

    /// A fetcher with its threads running.
    public convenience init(configuration: Configuration = Configuration(), resolver: any Resolver) {
        self.init(configuration: configuration, resolver: resolver, port: 443)
    }

    /// `port` is for tests: policy hosts have 443 only.
    init(configuration: Configuration, resolver: any Resolver, port: Int) {
        self.configuration = configuration
        self.resolver = resolver
        self.port = port
        pool = NIOThreadPool(numberOfThreads: max(1, configuration.threads))
        pool.start()
    }

    /// Fetches that run or wait end with a failure, within about a second; then the threads end.
    public func shutdown() async {
        isShutDown.set()
        try? await pool.shutdownGracefully()
    }

    /// See `PolicyFetching`.
    public func fetch(domain: String) async throws(FetchError) -> FetchedPolicy {
        let started = clock.now
        let host = "mta-sts.\(domain)"
        let addresses = try await policyHostAddresses(host)
        let remaining = configuration.totalTimeout - started.duration(to: clock.now)
        let cancelled = Flag()
        let request = PolicyRequest(
            host: host, port: port, addresses: addresses, configuration: configuration,
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
