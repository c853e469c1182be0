import Basics
import DNS

extension Configuration {
    /// Reads `[dns]`.
    mutating func readDNS(_ section: SectionReader) {
        var resolvers: [ResolverAddress] = []
        section.read("resolvers", into: &resolvers)
        dns.servers = resolvers.map(\.endpoint.socketAddress)
        section.read("dnssec", into: &dns.dnssec)
        section.read("trusted", into: &dns.trusted)
        section.read("timeout", into: &dns.timeout, .within(.milliseconds(100)...(.seconds(30))))
        section.read("attempts", into: &dns.attempts, .within(1...10))
        section.read("cache-entries", into: &dns.cacheEntries, .within(0...10_000_000))
        let asked = Set(resolvers.map(\.endpoint.address))
        for (index, address) in dns.trusted.enumerated() where !asked.isEmpty && !asked.contains(address) {
            section.problem("trusted", index: index, "\"\(address)\" is not one of the resolvers")
        }
    }
}

extension DNSSettings.DNSSEC: ConfigurationChoice {}
