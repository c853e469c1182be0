import ConfigurationFile
import Journal
import MTASTS
import Policy
import Records
import Relay
import TLS

/// What a configuration means for the parts of a running daemon: everything that a reload can change, and nothing else has to be compared.
struct ChangeableSettings: Hashable {
    var relay: RelaySettings
    var policy: PolicySettings
    var fetch: PolicyFetchSettings
    var journal: JournalSettings
    var tls: TLSSettings

    init(_ configuration: Configuration) {
        relay = configuration.relay
        policy = configuration.policy
        fetch = configuration.fetch
        journal = configuration.journal
        tls = configuration.tls
    }
}

extension Configuration {
    /// The root certificates that it names.
    ///
    /// - Throws: an error about the key, when they cannot be read.
    func trustStore() throws(ConfigurationError) -> TrustStore {
        do {
            return try TrustStore(tls.trust)
        } catch {
            throw self.error(section: "tls", key: "trust", "\(error)")
        }
    }

    /// What sessions are given that are accepted under it.
    ///
    /// - Throws: an error about the key, when there can be no such TLS.
    func runningSettings() throws(ConfigurationError) -> RunningSettings {
        do {
            return RunningSettings(relay: relay, policy: policy, tls: try TLSContext(minimum: tls.minimum))
        } catch {
            throw self.error(section: "tls", key: "minimum", "\(error)")
        }
    }
}
