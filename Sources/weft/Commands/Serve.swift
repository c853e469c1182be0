import Admin
import ArgumentParser
import Assembly
import ConfigurationFile
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

    @Option(help: "The least that is logged.")
    var logLevel = LogLevel.info

    func run() async throws {
        let settings = try configuration.load()
        try settings.checkEnvironment()
        var logger = Logger(label: "weft", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = logLevel.level
        raiseFileLimit(for: settings.relay.limits.sessions, logger: logger)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let daemon = try await Daemon.start(settings, logger: logger)
        logger.info(
            "listening on \(settings.relay.listen.map(\.description).joined(separator: ", ")), enforcement \(settings.policy.settings.enforcement)"
        )
        let control: ControlServer?
        do {
            control = try await daemon.startControl(settings, version: Weft.version, logger: logger) { [logger] in
                await daemon.reload(from: configuration.path, logger: logger)
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
            _ = await daemon.reload(from: configuration.path, logger: logger)
        }
        await notifyServiceManager("STOPPING=1")
        await control?.stop()
        logger.info("stopping: \(daemon.relay.sessionCount) sessions to finish within \(daemon.running.value.relay.timeouts.drain)")
        refresher.cancel()
        await daemon.relay.drain()
        await daemon.stop()
        logger.info("stopped")
    }
}

/// The least that is logged, as the command line takes it.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
