import Admin
import ArgumentParser
import ConfigurationFile
import Glibc
import Reports

/// Where the running daemon is asked: for every command that changes its state.
struct ControlOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(
        name: .customLong("socket"), help: ArgumentHelp("The daemon's control socket, instead of the configuration's.", valueName: "path"),
        completion: .file())
    var path: String?

    @Flag(help: "The answer as one JSON object.")
    var json = false

    /// Asks the daemon; the configuration is not read when the socket was given.
    func send(_ request: ControlRequest) async throws -> ControlReply {
        let client = ControlClient(path: try path ?? configuration.load().admin.socket)
        return try await client.send(request, user: getenv("SUDO_USER").map { String(cString: $0) })
    }

    /// Prints an answer: as it is in JSON, else in words.
    func print(_ reply: ControlReply, _ text: String) throws {
        writeOutput(json ? try jsonLine(reply) : text + "\n")
    }
}
