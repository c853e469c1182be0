import ConfigurationFile
import DNS
import Journal
import Logging
import MTASTS
import NIOPosix
import Policy
import Relay
import TLS

/// The look-ups of the daemon without the daemon: what `weft check` asks with. Reads the journal's policy cache, writes nothing.
package struct Inquiry {
    package let policy: PolicyService
    package let probe: LegProbe
    private let resolver: StubResolver
    private let fetcher: CurlPolicyFetcher
    private let threads: NIOThreadPool

    package init(_ configuration: Configuration) throws(ConfigurationError) {
        let trust = try configuration.trustStore()
        let settings = try configuration.runningSettings()
        let servers = try configuration.dnsServers()
        threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        resolver = StubResolver(
            settings: configuration.dns.settings(servers, mark: configuration.upstream.mark),
            group: .singletonMultiThreadedEventLoopGroup)
        fetcher = CurlPolicyFetcher(settings: configuration.fetcher, resolver: resolver)
        // Without a journal there is no cache yet; the policies are fetched then.
        let store = ReadOnlyPolicyStore(reader: try? JournalReader(path: configuration.journal.path))
        let silent = Logger(label: "weft", factory: { _ in SwiftLogNoOpLogHandler() })
        let sts = STSService(resolver: resolver, store: store, fetcher: fetcher, logger: silent)
        policy = PolicyService(settings: settings.policy, resolver: resolver, sts: sts, trust: trust, threads: threads)
        probe = LegProbe(settings: settings.relay, policy: policy, tls: settings.tls, group: .singleton)
    }

    /// Ends the look-ups.
    package func stop() async {
        await fetcher.shutdown()
        await resolver.shutdown()
        try? await threads.shutdownGracefully()
    }
}
