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
            lines += redirect("output", ports: \.local, conditions: leftAlone.map { "\($0) return" })
            lines += ["", "    # What is left alone is tracked apart: a connection that gets the port of such a one is not taken for it."]
            lines += chain("apart", "filter hook output priority -300", leftAlone.map { "\($0) ct original zone set \(Self.zone)" })
            lines += ["", "    # What was not redirected all the same, such as a connection older than the rules, does not leave."]
            lines += rejection("output", conditions: leftAlone.map { "\($0) return" })
        }
        if options.forwarded {
            let interfaces = options.interfaces.map { "\"\($0)\"" }.joined(separator: ", ")
            let conditions = options.interfaces.isEmpty ? [] : ["iifname != { \(interfaces) } return"]
            lines += ["", "    # What this host forwards for others."]
            lines += redirect("prerouting", ports: \.forwarded, conditions: conditions)
            lines += ["", "    # What was not redirected all the same does not pass."]
            lines += rejection("forward", conditions: conditions)
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    /// Which local connections are not redirected, by who makes them.
    private var leftAlone: [String] {
        var conditions = mark == 0 ? [] : ["meta mark \(hexMark)"]
        if !options.users.isEmpty { conditions.append("meta skuid != { \(options.users.joined(separator: ", ")) }") }
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

    private static let exemptions = ["fib daddr type local return", "ip daddr @exempt4 return", "ip6 daddr @exempt6 return"]

    private func redirect(_ hook: String, ports port: KeyPath<Ports, Int>, conditions: [String]) -> [String] {
        var rules = conditions + Self.exemptions
        for (version, family) in [(IPVersion.v4, "ipv4"), (.v6, "ipv6")] {
            if let ports = ports[version] {
                rules.append("meta nfproto \(family) meta l4proto tcp counter redirect to :\(ports[keyPath: port])")
            }
        }
        return chain(hook, "nat hook \(hook) priority -100", rules)
    }

    /// The connections that a redirect is for, where they still are on their way to port 25.
    private func rejection(_ hook: String, conditions: [String]) -> [String] {
        chain(
            "\(hook)_rest", "filter hook \(hook) priority 0",
            conditions + Self.exemptions + ["meta l4proto tcp counter reject with tcp reset"])
    }

    private func chain(_ name: String, _ place: String, _ rules: [String]) -> [String] {
        ["    chain \(name) {"] + (["type \(place); policy accept", "tcp dport != 25 return"] + rules).map { "        \($0)" } + ["    }"]
    }
}
