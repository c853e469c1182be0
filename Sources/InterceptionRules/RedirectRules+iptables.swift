extension RedirectRules {
    /// A shell script that loads the rules with `iptables-restore` and `ip6tables-restore`. Running it again replaces them.
    public var iptables: String {
        var lines = ["#!/bin/sh", "# Weft: outbound SMTP goes through the proxy."]
        lines += summary.map { "# \($0)" }
        lines += [
            "#",
            "# Load, also again after a change:  weft rules iptables | sh",
            "# Look at it, with counters:        iptables -t nat -nvL WEFT_OUTPUT",
            "# Remove:                           weft rules iptables | sh -s remove",
            "set -eu",
            "",
            "# Jump to a chain of ours before anything else, once.",
            "hook() {",
            "    \"$1\" -w -t nat -C \"$2\" -p tcp --dport 25 -j \"WEFT_$2\" 2>/dev/null ||",
            "        \"$1\" -w -t nat -I \"$2\" 1 -p tcp --dport 25 -j \"WEFT_$2\"",
            "}",
            "unhook() { while \"$1\" -w -t nat -D \"$2\" -p tcp --dport 25 -j \"WEFT_$2\" 2>/dev/null; do :; done; }",
            "drop() { \"$1\" -w -t nat -F \"WEFT_$2\" 2>/dev/null && \"$1\" -w -t nat -X \"WEFT_$2\" || :; }",
            "",
            "if [ \"${1:-}\" = remove ]; then",
            "    for tool in iptables ip6tables; do",
            "        for chain in OUTPUT PREROUTING; do unhook $tool $chain; drop $tool $chain; done",
            "    done",
            "    exit",
            "fi",
        ]
        for (version, tool) in [(IPVersion.v4, "iptables"), (.v6, "ip6tables")] {
            lines += ["", "# \(version.rawValue). Chains that exist are replaced as a whole."]
            lines += ["\(tool)-restore -w --noflush <<'END'", restoreText(ipv6: version == .v6) + "END"]
            lines.append("\(options.local ? "hook" : "unhook") \(tool) OUTPUT")
            lines.append("\(options.forwarded ? "hook" : "unhook") \(tool) PREROUTING")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The chains in the format of `iptables-restore`, without the jumps to them.
    func restoreText(ipv6: Bool) -> String {
        let version = ipv6 ? IPVersion.v6 : .v4
        var lines = ["*nat", ":WEFT_OUTPUT - [0:0]", ":WEFT_PREROUTING - [0:0]"]
        if options.local, let port = ports[version]?.local {
            if mark != 0 { lines.append("-A WEFT_OUTPUT -m mark --mark \(hexMark) -j RETURN") }
            lines += exemptions("WEFT_OUTPUT", version)
            if options.users.isEmpty {
                lines.append("-A WEFT_OUTPUT -p tcp -j REDIRECT --to-ports \(port)")
            }
            for user in options.users {
                lines.append("-A WEFT_OUTPUT -p tcp -m owner --uid-owner \(user) -j REDIRECT --to-ports \(port)")
            }
        }
        if options.forwarded, let port = ports[version]?.forwarded {
            lines += exemptions("WEFT_PREROUTING", version)
            if options.interfaces.isEmpty {
                lines.append("-A WEFT_PREROUTING -p tcp -j REDIRECT --to-ports \(port)")
            }
            for interface in options.interfaces {
                lines.append("-A WEFT_PREROUTING -i \(interface) -p tcp -j REDIRECT --to-ports \(port)")
            }
        }
        return (lines + ["COMMIT", ""]).joined(separator: "\n")
    }

    private func exemptions(_ chain: String, _ version: IPVersion) -> [String] {
        ["-A \(chain) -m addrtype --dst-type LOCAL -j RETURN"] + exemptNetworks(version).map { "-A \(chain) -d \($0) -j RETURN" }
    }
}
