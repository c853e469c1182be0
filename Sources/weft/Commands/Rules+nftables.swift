import ArgumentParser

extension Rules {
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
}
