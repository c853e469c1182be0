import ArgumentParser

extension Rules {
    struct IPTables: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "iptables",
            abstract: "Print the rules as a shell script for iptables and ip6tables.",
            discussion: """
                Examples:
                  weft rules iptables | sh
                  weft rules iptables --uid postfix | sh
                  weft rules iptables | sh -s remove
                """)

        @OptionGroup var configuration: ConfigurationOption
        @OptionGroup var redirect: RedirectOptions

        func run() throws {
            writeOutput(try redirect.rules(for: configuration.load()).iptables)
        }
    }
}
