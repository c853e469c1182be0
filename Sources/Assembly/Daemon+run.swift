import Basics
import ConfigurationFile
import Logging
import Relay

extension Daemon {
    /// The life of a daemon, from its configuration to the end of its last session.
    ///
    /// Returns when it was told to stop, or nobody can tell it anything any more, and everything has ended. Throws when it could not start;
    /// nothing is left running then.
    ///
    /// - Parameters:
    ///   - path: the configuration, which is read again for each order to reload.
    ///   - version: the release, for those who ask over the control socket.
    ///   - orders: what it is told; those that come while it starts are followed then. A second order to stop ends what still runs at once.
    ///   - interception: how connections come to the relay; nil for a packet filter that redirects them.
    package static func run(
        configuredBy path: String, version: String, orders: some AsyncSequence<DaemonOrder, Never> & Sendable,
        interception: (any Interception)? = nil, logger: Logger
    ) async throws(ConfigurationError) {
        let configuration = try Configuration.load(path: path)
        try configuration.checkEnvironment()
        raiseFileLimit(for: configuration.relay.limits.sessions, logger: logger)
        let daemon = try await start(configuration, interception: interception, logger: logger)
        let listen = configuration.relay.listen.map(\.description).joined(separator: ", ")
        logger.info("listening on \(listen), enforcement \(configuration.policy.settings.enforcement)")
        let following: Task<Void, Never>
        do throws(ConfigurationError) {
            let control = try await daemon.startControl(configuration, version: version, logger: logger) {
                await daemon.reload(from: path, logger: logger)
            }
            await notifyServiceManager("READY=1")
            let refresher = Task { await daemon.sts.run() }
            let stop = Flight<Void>()
            following = Task {
                for await order in orders {
                    switch order {
                    case .reload: _ = await daemon.reload(from: path, logger: logger)
                    case .stop where stop.isLanded: daemon.relay.endDrain()
                    case .stop: stop.land(())
                    }
                }
                stop.land(())
            }
            await stop.value(until: nil, clock: SystemSteadyClock())
            await notifyServiceManager("STOPPING=1")
            await control?.stop()
            logger.info("stopping: \(daemon.relay.sessionCount) sessions to finish within \(daemon.running.value.relay.timeouts.drain)")
            refresher.cancel()
        } catch {
            await daemon.end()
            throw error
        }
        await daemon.end()
        following.cancel()
        logger.info("stopped")
    }

    /// Lets sessions finish, then ends all parts.
    private func end() async {
        await relay.drain()
        await stop()
    }
}
