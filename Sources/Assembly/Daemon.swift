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
    package var sts: STSService { parts.sts }
    package var policy: PolicyService { parts.policy }
    var fetcher: CurlPolicyFetcher { parts.fetcher }
    let journal: Journal
    package let relay: RelayServer
    private let parts: Parts
    private let group: MultiThreadedEventLoopGroup

    /// Makes all parts and listens.
    ///
    /// - Parameter interception: how connections come to the relay; nil for a packet filter that redirects them.
    package static func start(
        _ configuration: Configuration, interception: (any Interception)? = nil, logger: Logger
    ) async throws(ConfigurationError) -> Daemon {
        let ground = try Parts.Ground(configuration)
        let running = RunningConfiguration(configuration)
        let journal: Journal
        do {
            journal = try Journal(configuration.journal, logger: logger)
        } catch {
            throw configuration.error(section: "journal", key: "path", "\(error)")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let store = JournalPolicyStore(journal, toleratesFailure: { running.value.relay.onJournalFailure == .continue })
        let parts = Parts(
            configuration, ground, store: store, group: group, threads: max(2, System.coreCount), logger: logger)
        let relay = RelayServer(
            settings: ground.settings, group: group, policy: parts.policy, journal: journal, interception: interception, logger: logger)
        let daemon = Daemon(running: running, journal: journal, relay: relay, parts: parts, group: group)
        do throws(ConfigurationError) {
            try await daemon.checkResolver(configuration, logger: logger)
            do throws(JournalError) {
                parts.policy.setOverrides(try await journal.overrides(at: Date()))
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
        logger.info("trusting \(ground.trust.certificateCount) roots of \(ground.trust.path)")
        return daemon
    }

    /// Ends all parts; sessions must have ended.
    package func stop() async {
        await parts.stop()
        await journal.close()
        try? await group.shutdownGracefully()
    }

    /// A resolver that does not validate would turn DANE off without a word, so in enforce mode that is an error.
    private func checkResolver(_ configuration: Configuration, logger: Logger) async throws(ConfigurationError) {
        guard configuration.dns.dnssec == .trustAD else {
            return logger.warning("[dns] dnssec = \"off\": there is no DANE, and MX records are taken as they come")
        }
        let problem: String
        switch await parts.resolver.probe() {
        case .validates:
            return
        case .doesNotValidate(let detail):
            problem = "the resolver does not validate DNSSEC, so DANE would be off without a word: \(detail)"
        case .unreachable(let detail):
            problem = "the resolver does not answer: \(detail)"
        }
        guard configuration.policy.settings.enforcement == .enforce else { return logger.warning("[dns] \(problem)") }
        throw configuration.error(
            section: "dns", key: configuration.dns.servers.isEmpty ? "dnssec" : "resolvers",
            "\(problem); run a validating resolver on this machine (unbound on 127.0.0.1, say), or give up DANE with dnssec = \"off\"")
    }
}
