import Basics
import DNS

extension Configuration {
    /// `[[route]]`: a destination that is not an MX host of its recipients (a smarthost, an internal relay), so that its policy is known at connect.
    public struct Route: Hashable, Sendable {
        /// `destination`: the addresses that this route is for. No two routes may have the same.
        public var destination: IPNetwork
        /// `host`: the name that the server's certificate must carry.
        public var host: DomainName
        /// `policy`: what the server has to show. Default `verify`.
        public var policy = Policy.verify

        /// What a route demands of its server.
        public enum Policy: String, Hashable, Sendable, CaseIterable {
            /// TLS, and a certificate that is valid for the host or matches its TLSA records; AUTH is offered.
            case verify
            /// Nothing: TLS if it can be had. For internal relays. AUTH is not offered.
            case none
        }

        /// A route to `host` at these addresses.
        public init(destination: IPNetwork, host: DomainName) {
            self.destination = destination
            self.host = host
        }

        static func read(_ section: SectionReader) -> Route? {
            let destination: IPNetwork? = section.require("destination")
            let host: DomainName? = section.require("host")
            guard let destination, let host else { return nil }
            var route = Route(destination: destination, host: host)
            section.read("policy", into: &route.policy)
            return route
        }
    }
}

extension Configuration.Route.Policy: ConfigurationChoice {}
