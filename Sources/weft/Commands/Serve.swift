import Admin
import ArgumentParser
import ConfigurationFile
import Glibc
import Logging
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the proxy.",
        discussion: """
            Listens for connections that the rules of `weft rules` redirect, and runs until SIGTERM or SIGINT: then no new sessions are
            taken, and running messages get [timeouts] drain to finish. SIGHUP reads the configuration again; a bad file keeps the old one.
            Logs go to standard error, and what happens in sessions to the journal.

            Exit code 2 when the configuration is wrong or something that it names cannot be had; nothing is started then.

            Example:
              weft serve --config /etc/weft/weft.toml
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "The least that is logged: trace, debug, info, notice, warning, error.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        let settings = try configuration.load()
        try settings.checkEnvironment()
        var logger = Logger(label: "weft", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = logLevel
        raiseFileLimit(for: settings.limits.sessions, logger: logger)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let daemon = try await Daemon.start(settings, logger: logger)
        logger.info(
            "listening on \(settings.listen.addresses.map(\.description).joined(separator: ", ")), enforcement \(settings.policy.enforcement)"
        )
        let control: ControlServer?
        do {
            control = try await daemon.startControl(settings, logger: logger) { [logger] in
                await reload(daemon, running: settings, logger: logger)
            }
        } catch {
            await daemon.relay.drain()
            await daemon.stop()
            throw error
        }
        await notifyServiceManager("READY=1")
        let refresher = Task { await daemon.sts.run() }
        for await signal in signals {
            guard signal == .sighup else { break }
            _ = await reload(daemon, running: settings, logger: logger)
        }
        await notifyServiceManager("STOPPING=1")
        await control?.stop()
        logger.info("stopping: \(daemon.relay.sessionCount) sessions to finish within \(settings.timeouts.drain)")
        refresher.cancel()
        await daemon.relay.drain()
        await daemon.stop()
        logger.info("stopped")
    }

    /// Takes over what can change while running, and says what cannot. A file with errors changes nothing.
    private func reload(_ daemon: Daemon, running: Configuration, logger: Logger) async -> Result<[String], ControlFailure> {
        await notifyServiceManager("RELOADING=1")
        let result: Result<[String], ControlFailure>
        do {
            let new = try configuration.load()
            daemon.policy.reconfigure(new.decisions)
            logger.info("configuration read again")
            let isFixedPartChanged = new.withPolicies(of: running) != running
            let warnings =
                isFixedPartChanged
                ? ["only [policy], [[client]] and [[domain]] are taken over while running; restart Weft for the other changes"] : []
            for warning in warnings { logger.warning("\(warning)") }
            result = .success(warnings)
        } catch {
            logger.error("configuration not taken over, the old one stays: \(error)")
            result = .failure(ControlFailure("configuration not taken over, the old one stays: \(error)"))
        }
        await notifyServiceManager("READY=1")
        return result
    }
}

extension Configuration {
    /// This configuration as far as it cannot change while running.
    func withPolicies(of other: Configuration) -> Configuration {
        var result = self
        result.policy = other.policy
        result.clients = other.clients
        result.domains = other.domains
        result.origin = other.origin
        return result
    }
}

/// Each session takes two sockets: the soft limit of open files is raised as far as it may be.
private func raiseFileLimit(for sessions: Int, logger: Logger) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let needed = UInt(2 * sessions + 200)
    if limit.rlim_cur < needed {
        logger.warning(
            "\(limit.rlim_cur) open files are allowed, \(needed) are needed for [limits] sessions = \(sessions); raise LimitNOFILE or ulimit -n"
        )
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
