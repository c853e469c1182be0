import Basics
import ConfigurationFile
import FoundationEssentials
import Journal
import Logging
import NIOPosix
import Policy
import Relay

/// The look-ups of the daemon without the daemon: what `weft check` asks with. Reads the overrides and the policy cache of the journal, writes
/// nothing.
package struct Inquiry {
    private let parts: Parts
    private let probe: LegProbe
    private let reader: JournalReader?
    /// Why the overrides and policies of a journal that exists are not known; nil when they are.
    package let warning: String?
    /// For all look-ups about a domain: a policy host may be as slow as it may be for the daemon.
    private let patience: Duration

    package init(_ configuration: Configuration) throws(ConfigurationError) {
        let ground = try Parts.Ground(configuration)
        // Without a journal there are no overrides and no cache yet; the policies are fetched then.
        let (reader, warning) = Self.read(configuration.journal.path)
        let silent = Logger(label: "weft", factory: { _ in SwiftLogNoOpLogHandler() })
        (self.reader, self.warning) = (reader, warning)
        parts = Parts(
            configuration, ground, store: ReadOnlyPolicyStore(reader: reader), group: .singletonMultiThreadedEventLoopGroup, threads: 2,
            logger: silent)
        probe = LegProbe(settings: ground.settings, policy: parts.policy, group: .singleton)
        patience = configuration.fetch.totalTimeout + .seconds(30)
    }

    private static func read(_ path: String) -> (JournalReader?, warning: String?) {
        do {
            return (try JournalReader(path: path), nil)
        } catch {
            return (nil, error.kind == .missing ? nil : "overrides and cached policies are not known: \(error)")
        }
    }

    /// What would happen to mail for `domain` now; nil when the look-ups do not end in time.
    ///
    /// - Parameters:
    ///   - destination: where a client would connect to; nil stands for each MX host's own addresses.
    ///   - isProbing: whether the servers are dialled too.
    package func outlook(for domain: DomainName, to destination: IPAddress?, isProbing: Bool) async -> DomainOutlook? {
        if let overrides = try? await reader?.overrides(now: Date()) { parts.policy.setOverrides(overrides) }
        guard let evidence = await parts.policy.evidence(domain, port: 25, deadline: .now + patience)?.evidence else { return nil }
        let settings = parts.policy.settings(for: domain)
        let forecasts = forecast(evidence, to: destination, settings: settings, now: Date())
        let probes = isProbing ? await probe.hosts(of: evidence, destination: destination) : nil
        return DomainOutlook(evidence: evidence, settings: settings, forecasts: forecasts, probes: probes)
    }

    /// Ends the look-ups.
    package func stop() async { await parts.stop() }
}
