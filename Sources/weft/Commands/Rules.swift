import ArgumentParser
import ConfigurationFile

struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the firewall rules that bring outbound mail to Weft.",
        discussion: """
            The rules are for the listeners and the mark of the configuration. Nothing is loaded: pipe them where they belong. What is \
            printed says how to load, inspect and remove it; loading it again replaces it.
            """,
        subcommands: [NFTables.self, IPTables.self])

    struct NFTables: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "nftables",
            abstract: "Print the rules as a file for nft.",
            discussion: """
                Examples:
                  weft rules nftables | nft -f -
                  weft rules nftables --forwarded --in-interface lan0 > /etc/nftables.d/weft.nft
                """)

        @OptionGroup var configuration: ConfigurationOption
        @OptionGroup var redirect: RedirectOptions

        func run() throws {
            writeOutput(try redirect.rules(for: configuration.load()).nftables)
        }
    }

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
