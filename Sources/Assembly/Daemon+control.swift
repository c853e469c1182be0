import Admin
import ConfigurationFile
import FoundationEssentials
import Glibc
import Logging
import Reports

extension Daemon {
    /// Opens the control socket.
    ///
    /// Without its directory there is none, and the daemon runs on: mail matters more than the commands that change its state, and
    /// `/run/weft` exists only where somebody (systemd's `RuntimeDirectory`, say) makes it.
    package func startControl(
        _ configuration: Configuration, version: String, logger: Logger, reload: @escaping DaemonControl.Reload
    ) async throws(ConfigurationError) -> ControlServer? {
        let started = Date()
        let control = DaemonControl(
            journal: journal, sts: sts, policy: policy, logger: logger, reload: reload,
            status: { [self] in
                var failure: String?
                if case .failing(let reason, _) = journal.health { failure = reason }
                return DaemonStatus(
                    version: version, pid: Int(getpid()), started: started, configuration: configuration.origin.file,
                    enforcement: policy.settings(for: nil).enforcement,
                    listen: configuration.relay.listen.map(\.description), sessions: relay.sessionCount,
                    overrides: policy.overrideCount(at: Date()), journalFailure: failure, journalLost: journal.lostEvents)
            },
            learned: { [relay] in relay.learned(about: $0) })
        do {
            return try await ControlServer.start(
                path: configuration.admin.socket, group: .singletonMultiThreadedEventLoopGroup, logger: logger,
                handler: { await control.handle($0, who: $1) })
        } catch  where error.kind == .noDirectory {
            logger.warning(
                "[admin] socket: \(error); until then weft override, policies refresh, reload and status do not reach this daemon")
            return nil
        } catch {
            throw configuration.error(section: "admin", key: "socket", error.description)
        }
    }
}
