import DNS

// What one key means for several modules, and what is asked of the system where a key is not set.

extension Configuration {
    /// `[upstream]` `mark`: the `SO_MARK` of every socket that Weft opens, by which the redirect rules exempt them; written 0, here nil: none
    /// is set (setting one needs `CAP_NET_ADMIN`). Default 0x57.
    public var mark: Int? {
        get { relay.mark }
        set {
            relay.mark = newValue
            dns.mark = newValue
            fetch.mark = newValue
        }
    }

    /// `[dns]` with the resolvers to ask: those configured, or the system's.
    package func dnsWithServers() throws(ConfigurationError) -> DNSSettings {
        var settings = dns
        guard settings.servers.isEmpty else { return settings }
        do {
            settings.servers = try StubResolver.systemServers()
        } catch {
            throw self.error(section: "dns", key: "resolvers", "\(error)")
        }
        return settings
    }
}
