import ArgumentParser

struct Policies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the cached MTA-STS policies, fetch or forget one.",
        subcommands: [List.self, Show.self, History.self, Refresh.self, Forget.self],
        defaultSubcommand: List.self)
}
