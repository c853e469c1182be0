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

    /// What asks the daemon; the configuration is not read when the socket was given.
    func client() throws -> ControlClient {
        ControlClient(path: try path ?? configuration.load().admin.socket, user: getenv("SUDO_USER").map { String(cString: $0) })
    }

    /// Shows what was removed. That there was nothing is said beside the output, unless a program asks.
    func show(_ removal: some View, found: Bool) throws {
        if found || json { try weft.show(removal, json: json) } else { writeErrorText("weft: " + removal.text(.plain)) }
        if !found { throw ExitStatus.no }
    }
}
