import ConfigurationFile
import DNS
import Journal
import Logging
import MTASTS
import NIOPosix
import Policy
import Records
import Relay
import TLS

/// The look-ups of the daemon without the daemon: what `weft check` asks with. Reads the journal's policy cache, writes nothing.
package struct Inquiry {
    package var policy: PolicyService { parts.policy }
    package let probe: LegProbe
    private let parts: Parts

    package init(_ configuration: Configuration) throws(ConfigurationError) {
        let ground = try Parts.Ground(configuration)
        // Without a journal there is no cache yet; the policies are fetched then.
        let store = ReadOnlyPolicyStore(reader: try? JournalReader(path: configuration.journal.path))
        let silent = Logger(label: "weft", factory: { _ in SwiftLogNoOpLogHandler() })
        parts = Parts(configuration, ground, store: store, group: .singletonMultiThreadedEventLoopGroup, threads: 2, logger: silent)
        probe = LegProbe(settings: ground.settings.relay, policy: parts.policy, tls: ground.settings.tls, group: .singleton)
    }

    /// Ends the look-ups.
    package func stop() async { await parts.stop() }
}

/// What was recorded in the journal at `path`, for one who only reads.
///
/// - Throws: a ``StoreError`` when there is no journal, or it may not be read, or another version's.
package func openJournal(_ path: String) throws -> any EventReader { try JournalReader(path: path) }
