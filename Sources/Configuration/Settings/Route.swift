import DNS

extension Configuration {
    /// `[[route]]`: a destination that is not an MX host of its recipients (a smarthost, an internal relay), so that its policy is known at connect.
    public struct Route: Hashable, Sendable {
        /// `destination`: the addresses that this route is for. No two routes may have the same.
        public var destination: IPNetwork
        /// `host`: the name that the server's certificate must carry, lower case, no final dot.
        public var host: String

        /// A route to `host` at these addresses.
        public init(destination: IPNetwork, host: String) {
            self.destination = destination
            self.host = host
        }

        static func read(_ section: SectionReader) -> Route? {
            let destination: IPNetwork? = section.require("destination")
            let host: DomainName? = section.require("host")
            guard let destination, let host else { return nil }
            return Route(destination: destination, host: host.text)
        }
    }
}
