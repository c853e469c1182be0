import Basics
import DNS

extension Configuration {
    /// `[dns]`: the resolvers and what is believed of them.
    public struct DNSSettings: Hashable, Sendable {
        /// `resolvers`: the servers to ask, in order; the port may be left out (53). Default none: those of `/etc/resolv.conf`.
        public var resolvers: [ResolverAddress] = []
        /// `dnssec`: where the DNSSEC status of an answer comes from. Default `trust-ad`.
        public var dnssec = DNSSEC.trustAD
        /// `trusted`: resolvers beyond loopback whose AD bit is believed, because the path to them cannot be tampered with (RFC 7672 2.1.1).
        /// Default none.
        public var trusted: [IPAddress] = []
        /// `timeout`: how long one try of a query waits for its answer. 100 ms to 30 s, default 2 s.
        public var timeout = Duration.seconds(2)
        /// `attempts`: tries of a query, over the resolvers in turn. 1 to 10, default 3.
        public var attempts = 3
        /// `cache-entries`: answers that are kept in memory. 0 to 10000000, default 50000.
        public var cacheEntries = 50_000

        /// Where the DNSSEC status of an answer comes from.
        public enum DNSSEC: String, Hashable, Sendable, CaseIterable {
            /// The AD bit of a validating resolver that is on loopback or `trusted`.
            case trustAD = "trust-ad"
            /// Nowhere: every answer counts as insecure, so there is no DANE.
            case off
        }

        mutating func read(_ section: SectionReader) {
            section.read("resolvers", into: &resolvers)
            section.read("dnssec", into: &dnssec)
            section.read("trusted", into: &trusted)
            section.read("timeout", into: &timeout, .within(.milliseconds(100)...(.seconds(30))))
            section.read("attempts", into: &attempts, .within(1...10))
            section.read("cache-entries", into: &cacheEntries, .within(0...10_000_000))
            let asked = Set(resolvers.map(\.endpoint.address))
            for (index, address) in trusted.enumerated() where !asked.isEmpty && !asked.contains(address) {
                section.problem("trusted", index: index, "\"\(address)\" is not one of the resolvers")
            }
        }
    }
}

extension Configuration.DNSSettings.DNSSEC: ConfigurationChoice {}

/// The address of a resolver, written with or without its port.
public struct ResolverAddress: Hashable, Sendable, CustomStringConvertible {
    /// Port 53 unless another was written.
    public var endpoint: Endpoint

    /// A resolver at this endpoint.
    public init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// With the port, always.
    public var description: String { endpoint.description }
}

extension ResolverAddress: ConfigurationValue {
    static var expectation: String { "an IP address with or without a port, such as \"127.0.0.1\" or \"[::1]:5353\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> ResolverAddress {
        let text = try string(node)
        if let address = IPAddress(text) { return ResolverAddress(Endpoint(address: address, port: 53)) }
        guard let endpoint = Endpoint(text) else { throw ValueComplaint("\"\(text)\" is not \(expectation)") }
        return ResolverAddress(endpoint)
    }
}
