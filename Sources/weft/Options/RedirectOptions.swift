import ArgumentParser
import ConfigurationFile
import InterceptionRules

/// What the redirect rules are to cover.
struct RedirectOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Redirect what processes of this host send.")
    var local = true

    @Flag(help: "Redirect what this host forwards for others (the prerouting hook). Weft must listen beyond loopback then.")
    var forwarded = false

    @Option(
        name: .customLong("in-interface"), parsing: .singleValue,
        help: ArgumentHelp("Only what is forwarded from this interface; may be repeated.", valueName: "name"))
    var interfaces: [String] = []

    @Option(
        name: .customLong("uid"), parsing: .singleValue,
        help: ArgumentHelp("Only what this local user sends, by name or number; may be repeated.", valueName: "user"))
    var users: [String] = []

    @Flag(help: "Redirect private and link-local destinations too.")
    var includePrivate = false

    func validate() throws {
        if !forwarded && !interfaces.isEmpty {
            throw ValidationError("--in-interface is about forwarded connections: give --forwarded as well.")
        }
        if !local && !users.isEmpty { throw ValidationError("--uid is about local connections: leave --no-local out.") }
    }

    /// The rules; what they leave open is said on standard error.
    func rules(for configuration: Configuration) throws -> RedirectRules {
        var options = RedirectRules.Options()
        options.local = local
        options.forwarded = forwarded
        options.interfaces = interfaces
        options.users = users
        options.includePrivate = includePrivate
        let rules = try RedirectRules(
            listen: configuration.relay.listen, mark: configuration.mark ?? 0, options: options)
        for warning in rules.warnings { writeError("warning: \(warning)") }
        return rules
    }
}
