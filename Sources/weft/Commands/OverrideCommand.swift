import ArgumentParser

struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Exempt domains from their policies for a while.",
        discussion: """
            Mail for an exempted domain passes whatever its policy says, or as far as the override allows, and each decision is recorded as \
            such. An override ends by itself; who made it, why, and who removed it stays in the journal.
            """,
        subcommands: [Add.self, List.self, Remove.self])
}
