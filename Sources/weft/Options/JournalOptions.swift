import ArgumentParser
import Assembly
import ConfigurationFile
import Records

/// Where the journal is, and how it is shown: for every command that reads it.
struct JournalOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(
        name: .customLong("journal"), help: ArgumentHelp("The journal, instead of the configuration's.", valueName: "path"),
        completion: .file())
    var path: String?

    @Flag(help: "One JSON object a line, with stable keys.")
    var json = false

    /// The journal; the configuration is not read when its path was given.
    func open() throws -> any EventReader {
        try openJournal(path ?? configuration.load().journal.path)
    }
}
