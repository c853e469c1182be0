import ArgumentParser
import Basics
import ConfigurationFile
import Reports

extension ConfigCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether a configuration file is good, and everything that is wrong with it.",
            discussion: """
                The file alone, and whether this user can use the files that it names. Exit code 2 when anything is wrong.

                Examples:
                  weft config check
                  weft config check --config new.toml --file-only && mv new.toml /etc/weft/weft.toml
                """)

        @OptionGroup var configuration: ConfigurationOption

        @Flag(help: "Leave the files that it names alone: they are on another machine.")
        var fileOnly = false

        @Flag(help: "Each problem as one JSON object a line.")
        var json = false

        func run() throws {
            do {
                let read = try Configuration.load(path: configuration.path)
                if !fileOnly { try read.checkEnvironment() }
            } catch {
                guard json else { throw error }
                for problem in error.problems { writeOutput(try ProblemView(problem).json()) }
                throw ExitCode(2)
            }
            if !json { writeOutput("\(configuration.path.printable): good\n") }
        }
    }
}
