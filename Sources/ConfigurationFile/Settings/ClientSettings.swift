import Basics
import DNS

extension Configuration {
    /// `[[client]]`: what differs for clients of one network. Of networks that overlap the smallest counts.
    public struct ClientSettings: Hashable, Sendable {
        /// `network`: the clients' addresses. No two sections may have the same.
        public var network: IPNetwork
        /// `enforcement`: as in `[policy]`, which holds where this is nil. A `[[domain]]` that has its own comes first.
        public var enforcement: PolicySettings.Enforcement?

        /// Settings of this network that differ in nothing yet.
        public init(network: IPNetwork) {
            self.network = network
        }

        static func read(_ section: SectionReader) -> ClientSettings? {
            let network: IPNetwork? = section.require("network")
            guard let network else { return nil }
            var settings = ClientSettings(network: network)
            section.read("enforcement", into: &settings.enforcement)
            return settings
        }
    }
}
