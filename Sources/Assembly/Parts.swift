import ConfigurationFile
import DNS
import Logging
import MTASTS
import NIOCore
import NIOPosix
import Policy
import Relay
import TLS

/// What look-ups and verdicts are made of: the same for the daemon and for an inquiry without it.
struct Parts {
    /// What may not be had. Nothing of it runs, so that a failure leaves nothing behind.
    struct Ground {
        let trust: TrustStore
        let settings: RunningSettings
        let dns: DNSSettings

        init(_ configuration: Configuration) throws(ConfigurationError) {
            trust = try configuration.trustStore()
            settings = try configuration.runningSettings()
            dns = try configuration.dnsWithServers()
        }
    }

    let resolver: StubResolver
    let sts: STSService
    let policy: PolicyService
    let fetcher: CurlPolicyFetcher
    private let threads: NIOThreadPool

    /// - Parameters:
    ///   - store: where policies outlive the process: the journal, or what only reads it.
    ///   - threads: for the work that blocks.
    init(
        _ configuration: Configuration, _ ground: Ground, store: some PolicyStore, group: any EventLoopGroup, threads count: Int,
        logger: Logger
    ) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
        resolver = StubResolver(settings: ground.dns, group: group)
        fetcher = CurlPolicyFetcher(settings: configuration.fetch, resolver: resolver)
        sts = STSService(resolver: resolver, store: store, fetcher: fetcher, logger: logger)
        policy = PolicyService(settings: ground.settings.policy, resolver: resolver, sts: sts, trust: ground.trust, threads: threads)
    }

    /// Ends the look-ups; who asks for them must have ended.
    func stop() async {
        await fetcher.shutdown()
        await resolver.shutdown()
        try? await threads.shutdownGracefully()
    }
}
