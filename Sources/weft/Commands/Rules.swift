import ArgumentParser

struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the firewall rules that bring outbound mail to Weft.",
        discussion: """
            The rules are for the listeners and the mark of the configuration. Nothing is loaded: pipe them where they belong. What is \
            printed says how to load, inspect and remove it; loading it again replaces it.
            """,
        subcommands: [NFTables.self, IPTables.self])
}
