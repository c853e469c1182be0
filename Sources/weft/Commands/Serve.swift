import ArgumentParser
import Assembly
import Logging
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the proxy.",
        discussion: """
            Listens for connections that the rules of `weft rules` redirect, and runs until SIGTERM or SIGINT: then no new sessions are
            taken, and running messages get [timeouts] drain to finish; a second one ends them at once. SIGHUP reads the configuration again; a bad file keeps the old one.
            Logs go to standard error, and what happens in sessions to the journal.

            Exit code 2 when the configuration is wrong or something that it names cannot be had; nothing is started then.

            Example:
              weft serve --config /etc/weft/weft.toml
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "The least that is logged.")
    var logLevel = LogLevel.info

    func run() async throws {
        var logger = Logger(label: "weft", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = logLevel.level
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await Daemon.run(
            configuredBy: configuration.path, version: Weft.version, orders: signals.map { $0 == .sighup ? .reload : .stop },
            logger: logger)
    }
}
