/// Destinations that are not somebody else's mail server.
enum ExemptNetworks {
    /// Loopback: never redirected.
    static func loopback(_ version: RedirectRules.IPVersion) -> [String] {
        version == .v4 ? ["127.0.0.0/8"] : ["::1"]
    }

    /// Link-local, private and shared addresses: RFC 3927, RFC 1918, RFC 6598; RFC 4291 2.5.6, RFC 4193.
    static func privateUse(_ version: RedirectRules.IPVersion) -> [String] {
        version == .v4
            ? ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]
            : ["fc00::/7", "fe80::/10"]
    }
}

extension RedirectRules {
    func exemptNetworks(_ version: IPVersion) -> [String] {
        ExemptNetworks.loopback(version) + (options.includePrivate ? [] : ExemptNetworks.privateUse(version))
    }

    /// The mark as both tools print it.
    var hexMark: String { "0x" + String(mark, radix: 16) }

    /// The connection tracking zone of what is left alone.
    static let zone = 25

    /// What the head of either text says about itself.
    var summary: [String] {
        var lines: [String] = []
        if options.local {
            let users = options.users.isEmpty ? "all users" : "the users \(options.users.joined(separator: ", "))"
            lines.append("Redirected: connections of \(users) of this host to TCP port 25.")
        }
        if options.forwarded {
            let interfaces = options.interfaces.isEmpty ? "" : " from \(options.interfaces.joined(separator: ", "))"
            lines.append("Redirected: connections to TCP port 25 that this host forwards\(interfaces).")
            lines.append("REDIRECT sends a forwarded connection to the primary address of the interface that it")
            lines.append("arrives on: Weft must listen on that address (or on 0.0.0.0 and [::]), not on loopback only.")
        }
        lines.append("Left alone: Weft's own connections\(mark == 0 ? "" : " (mark \(hexMark))"), this host's own addresses,")
        lines.append(
            options.includePrivate
                ? "loopback. Private and link-local destinations are redirected." : "loopback, private and link-local destinations.")
        lines.append("Rejected: whatever of the redirected is on its way to port 25 all the same, such as connections")
        lines.append("that are older than the rules.")
        if options.forwarded { lines.append("The mail servers see this host's address, not that of the client it forwards for.") }
        return lines
    }
}
