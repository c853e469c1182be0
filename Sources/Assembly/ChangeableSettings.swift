import ConfigurationFile
import Journal
import MTASTS
import Policy
import Relay
import TLS

/// What a configuration means for the parts of a running daemon: everything that a reload can change, and nothing else has to be compared.
struct ChangeableSettings: Hashable {
    var relay: RelaySettings
    var policy: PolicySettings
    var fetch: PolicyFetchSettings
    var journal: JournalSettings
    var trust: TrustStore.Source
    var minimumTLS: TLSVersion

    init(_ configuration: Configuration) {
        relay = configuration.relay
        policy = configuration.decisions
        fetch = configuration.fetcher
        journal = configuration.journal.settings
        trust = configuration.tls.trust.source
        minimumTLS = configuration.tls.minimum
    }
}

extension Configuration {
    /// The root certificates that it names.
    ///
    /// - Throws: an error about the key, when they cannot be read.
    func trustStore() throws(ConfigurationError) -> TrustStore {
        do {
            return try TrustStore(tls.trust.source)
        } catch {
            throw self.error(section: "tls", key: "trust", "\(error)")
        }
    }

    /// What sessions are given that are accepted under it.
    ///
    /// - Throws: an error about the key, when there can be no such TLS.
    func runningSettings() throws(ConfigurationError) -> RunningSettings {
        do {
            return RunningSettings(relay: relay, policy: decisions, tls: try TLSContext(minimum: tls.minimum))
        } catch {
            throw self.error(section: "tls", key: "minimum", "\(error)")
        }
    }
}
