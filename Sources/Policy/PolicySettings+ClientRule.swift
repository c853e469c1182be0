import Basics
import Records

extension PolicySettings {
    /// `[[client]]`: what differs for the clients of one network.
    public struct ClientRule: Hashable, Sendable {
        /// `network`: the clients' addresses. No two rules may have the same. Of networks that overlap the smallest counts.
        public var network: IPNetwork
        /// `enforcement`: as in `[policy]`, which holds where this is nil. A `[[domain]]` that has its own comes first.
        public var enforcement: Enforcement?

        /// A rule for `network`; without more it changes nothing.
        public init(network: IPNetwork, enforcement: Enforcement? = nil) {
            self.network = network
            self.enforcement = enforcement
        }
    }
}
