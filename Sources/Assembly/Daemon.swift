import ConfigurationFile
import DNS
import FoundationEssentials
import Journal
import Logging
import MTASTS
import NIOCore
import NIOPosix
import Policy
import Relay
import TLS

/// The parts of the daemon, put together as the configuration says. What cannot be had is an error, and nothing is left running.
package struct Daemon {
    /// What it runs with now.
    package let running: RunningConfiguration
    let resolver: StubResolver
    let fetcher: CurlPolicyFetcher
    package let sts: STSService
    package let policy: PolicyService
    let journal: Journal
    package let relay: RelayServer
    private let group: MultiThreadedEventLoopGroup
    private let threads: NIOThreadPool

    /// Makes all parts and listens.
    ///
    /// - Parameter interception: how connections come to the relay; nil for a packet filter that redirects them.
    package static func start(
        _ configuration: Configuration, interception: (any Interception)? = nil, logger: Logger
    ) async throws(ConfigurationError) -> Daemon {
        let trust = try configuration.trustStore()
        let settings = try configuration.runningSettings()
        let running = RunningConfiguration(configuration)
        let servers = try configuration.dnsServers()
        let journal: Journal
        do {
            journal = try Journal(configuration.journal.settings, logger: logger)
        } catch {
            throw configuration.error(section: "journal", key: "path", "\(error)")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let threads = NIOThreadPool(numberOfThreads: max(2, System.coreCount))
        threads.start()
        let resolver = StubResolver(settings: configuration.dns.settings(servers, mark: configuration.upstream.mark), group: group)
        let fetcher = CurlPolicyFetcher(settings: configuration.fetcher, resolver: resolver)
        let store = JournalPolicyStore(journal, toleratesFailure: { running.value.journal.onFailure == .continue })
        let sts = STSService(resolver: resolver, store: store, fetcher: fetcher, logger: logger)
        let policy = PolicyService(settings: settings.policy, resolver: resolver, sts: sts, trust: trust, threads: threads)
        let relay = RelayServer(
            settings: settings, group: group, policy: policy, journal: journal, interception: interception, logger: logger)
        let daemon = Daemon(
            running: running, resolver: resolver, fetcher: fetcher, sts: sts, policy: policy, journal: journal, relay: relay, group: group,
            threads: threads)
        do throws(ConfigurationError) {
            try await daemon.checkResolver(configuration, logger: logger)
            do throws(JournalError) {
                policy.setOverrides(try await journal.overrides(at: Date()))
            } catch {
                throw configuration.error(section: "journal", key: "path", "\(error)")
            }
            do throws(RelayError) {
                try await relay.start()
            } catch {
                throw configuration.error(section: "listen", key: "address", index: error.index, "\(error)")
            }
        } catch {
            await daemon.stop()
            throw error
        }
        logger.info("trusting \(trust.certificateCount) roots of \(trust.path)")
        return daemon
    }

    /// Ends all parts; sessions must have ended.
    package func stop() async {
        await fetcher.shutdown()
        await resolver.shutdown()
        await journal.close()
        try? await threads.shutdownGracefully()
        try? await group.shutdownGracefully()
    }

    /// A resolver that does not validate would turn DANE off without a word, so in enforce mode that is an error.
    private func checkResolver(_ configuration: Configuration, logger: Logger) async throws(ConfigurationError) {
        guard configuration.dns.dnssec == .trustAD else {
            return logger.warning("[dns] dnssec = \"off\": there is no DANE, and MX records are taken as they come")
        }
        let problem: String
        switch await resolver.probe() {
        case .validates:
            return
        case .doesNotValidate(let detail):
            problem = "the resolver does not validate DNSSEC, so DANE would be off without a word: \(detail)"
        case .unreachable(let detail):
            problem = "the resolver does not answer: \(detail)"
        }
        guard configuration.policy.enforcement == .enforce else { return logger.warning("[dns] \(problem)") }
        throw configuration.error(
            section: "dns", key: configuration.dns.resolvers.isEmpty ? "dnssec" : "resolvers",
            "\(problem); run a validating resolver on this machine (unbound on 127.0.0.1, say), or give up DANE with dnssec = \"off\"")
    }
}
