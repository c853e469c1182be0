import ConfigurationFile
import Synchronization

/// The configuration that a daemon runs with: what it was started with, as far as reloads have not taken over something newer.
package final class RunningConfiguration: Sendable {
    private let current: Mutex<Configuration>

    init(_ configuration: Configuration) {
        current = Mutex(configuration)
    }

    /// As of the last reload.
    package var value: Configuration { current.withLock { $0 } }

    func replace(by configuration: Configuration) {
        current.withLock { $0 = configuration }
    }
}
