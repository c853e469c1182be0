import ArgumentParser
import ConfigurationFile

/// `--config`, for every command that needs the configuration.
struct ConfigurationOption: ParsableArguments {
    static let defaultPath = "/etc/weft/weft.toml"

    @Option(
        name: .customLong("config"), help: ArgumentHelp("The configuration file.", valueName: "path"),
        completion: .file(extensions: ["toml"]))
    var path = Self.defaultPath

    func load() throws -> Configuration {
        try Configuration.load(path: path)
    }
}
