extension RedirectRules {
    /// A shell script that loads the rules with `iptables-restore` and `ip6tables-restore`. Running it again replaces them.
    public var iptables: String {
        var lines = ["#!/bin/sh", "# Weft: outbound SMTP goes through the proxy."]
        lines += summary.map { "# \($0)" }
        lines += [
            "#",
            "# Load, also again after a change:  weft rules iptables | sh",
            "# Look at it, with counters:        iptables -t nat -nvL WEFT_OUTPUT; iptables -nvL WEFT_OUTPUT",
            "# Remove:                           weft rules iptables | sh -s remove",
            "set -eu",
            "",
            "# Jump to a chain of ours before anything else, once: hook TOOL TABLE CHAIN.",
            "hook() {",
            "    \"$1\" -w -t \"$2\" -C \"$3\" -p tcp --dport 25 -j \"WEFT_$3\" 2>/dev/null ||",
            "        \"$1\" -w -t \"$2\" -I \"$3\" 1 -p tcp --dport 25 -j \"WEFT_$3\"",
            "}",
            "unhook() { while \"$1\" -w -t \"$2\" -D \"$3\" -p tcp --dport 25 -j \"WEFT_$3\" 2>/dev/null; do :; done; }",
            "drop() { \"$1\" -w -t \"$2\" -F \"WEFT_$3\" 2>/dev/null && \"$1\" -w -t \"$2\" -X \"WEFT_$3\" || :; }",
            "",
            "if [ \"${1:-}\" = remove ]; then",
            "    for tool in iptables ip6tables; do",
            "        for place in \(Self.places.map { "'\($0)'" }.joined(separator: " ")); do unhook $tool $place; drop $tool $place; done",
            "    done",
            "    exit",
            "fi",
        ]
        for (version, tool) in [(IPVersion.v4, "iptables"), (.v6, "ip6tables")] {
            lines += ["", "# \(version.rawValue). Chains that exist are replaced as a whole."]
            lines += ["\(tool)-restore -w --noflush <<'END'", restoreText(ipv6: version == .v6) + "END"]
            for place in Self.places {
                let isForLocal = place.hasSuffix("OUTPUT")
                lines.append("\((isForLocal ? options.local : options.forwarded) ? "hook" : "unhook") \(tool) \(place)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Table and chain of each hook. Those of the filter come last: what is to be redirected never meets a rejection without it.
    private static let places = ["raw OUTPUT", "nat OUTPUT", "nat PREROUTING", "filter OUTPUT", "filter FORWARD"]

    /// The chains in the format of `iptables-restore`, without the jumps to them.
    func restoreText(ipv6: Bool) -> String {
        let version = ipv6 ? IPVersion.v6 : .v4
        let ports = ports[version]
        let tables: [(String, [(chain: String, rules: [String])])] = [
            ("raw", [("WEFT_OUTPUT", options.local ? apart : [])]),
            (
                "nat",
                [
                    ("WEFT_OUTPUT", options.local ? local(version, ports.map { "REDIRECT --to-ports \($0.local)" }) : []),
                    ("WEFT_PREROUTING", options.forwarded ? forwarded(version, ports.map { "REDIRECT --to-ports \($0.forwarded)" }) : []),
                ]
            ),
            (
                "filter",
                [
                    ("WEFT_OUTPUT", options.local ? local(version, Self.rejection) : []),
                    ("WEFT_FORWARD", options.forwarded ? forwarded(version, Self.rejection) : []),
                ]
            ),
        ]
        return tables.map { table, chains in
            let lines =
                ["*\(table)"] + chains.map { ":\($0.chain) - [0:0]" }
                + chains.flatMap { chain, rules in rules.map { "-A \(chain) \($0)" } } + ["COMMIT", ""]
            return lines.joined(separator: "\n")
        }.joined()
    }

    /// For connections that a redirect is for, where they still are on their way to port 25: one older than the rules, say.
    private static let rejection = "REJECT --reject-with tcp-reset"

    /// What is left alone is tracked apart: a connection that gets the port of such a one is not taken for it.
    private var apart: [String] {
        let zone = "-j CT --zone-orig \(Self.zone)"
        var rules = mark == 0 ? [] : ["-m mark --mark \(hexMark) \(zone)"]
        if !options.users.isEmpty {
            rules += options.users.map { "-m owner --uid-owner \($0) -j RETURN" } + [zone]
        }
        return rules
    }

    private func local(_ version: IPVersion, _ target: String?) -> [String] {
        guard let target else { return [] }
        let own = mark == 0 ? [] : ["-m mark --mark \(hexMark) -j RETURN"]
        let users = options.users.map { "-m owner --uid-owner \($0) " }
        return own + exemptions(version) + (users.isEmpty ? [""] : users).map { "-p tcp \($0)-j \(target)" }
    }

    private func forwarded(_ version: IPVersion, _ target: String?) -> [String] {
        guard let target else { return [] }
        let interfaces = options.interfaces.map { "-i \($0) " }
        return exemptions(version) + (interfaces.isEmpty ? [""] : interfaces).map { "\($0)-p tcp -j \(target)" }
    }

    private func exemptions(_ version: IPVersion) -> [String] {
        ["-m addrtype --dst-type LOCAL -j RETURN"] + exemptNetworks(version).map { "-d \($0) -j RETURN" }
    }
}
