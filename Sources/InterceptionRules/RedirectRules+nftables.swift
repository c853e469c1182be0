extension RedirectRules {
    /// A file for `nft -f`. Loading it replaces what an earlier one made, in one transaction.
    public var nftables: String {
        var lines = ["#!/usr/sbin/nft -f", "# Weft: outbound SMTP goes through the proxy."]
        lines += summary.map { "# \($0)" }
        lines += [
            "#",
            "# Load, also again after a change:  weft rules nftables | nft -f -",
            "# Look at it, with counters:        nft list table inet weft",
            "# Remove:                           nft delete table inet weft",
            "",
            "# The first line makes the table, so that the second can never fail.",
            "table inet weft",
            "delete table inet weft",
            "",
            "table inet weft {",
            set("exempt4", type: "ipv4_addr", exemptNetworks(.v4)),
            "",
            set("exempt6", type: "ipv6_addr", exemptNetworks(.v6)),
        ]
        if options.local {
            lines += ["", "    # What processes of this host send."]
            lines += chain("output", hook: "output", ports: \.local, conditions: localConditions)
        }
        if options.forwarded {
            let interfaces = options.interfaces.map { "\"\($0)\"" }.joined(separator: ", ")
            lines += ["", "    # What this host forwards for others."]
            lines += chain(
                "prerouting", hook: "prerouting", ports: \.forwarded,
                conditions: options.interfaces.isEmpty ? [] : ["iifname != { \(interfaces) } return"])
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    private var localConditions: [String] {
        var conditions = mark == 0 ? [] : ["meta mark \(hexMark) return"]
        if !options.users.isEmpty { conditions.append("meta skuid != { \(options.users.joined(separator: ", ")) } return") }
        return conditions
    }

    private func set(_ name: String, type: String, _ networks: [String]) -> String {
        """
            set \(name) {
                type \(type); flags interval
                elements = { \(networks.joined(separator: ", ")) }
            }
        """
    }

    private func chain(_ name: String, hook: String, ports port: KeyPath<Ports, Int>, conditions: [String]) -> [String] {
        var rules = ["type nat hook \(hook) priority -100; policy accept", "tcp dport != 25 return"]
        rules += conditions
        rules += ["fib daddr type local return", "ip daddr @exempt4 return", "ip6 daddr @exempt6 return"]
        for (version, family) in [(IPVersion.v4, "ipv4"), (.v6, "ipv6")] {
            if let ports = ports[version] {
                rules.append("meta nfproto \(family) meta l4proto tcp counter redirect to :\(ports[keyPath: port])")
            }
        }
        return ["    chain \(name) {"] + rules.map { "        \($0)" } + ["    }"]
    }
}
