import Basics
import Policy

extension RelaySettings {
    /// `[[route]]`: a destination that is not an MX host of its recipients (a smarthost, an internal relay), so that its policy is known at connect.
    public struct Route: Hashable, Sendable {
        /// `destination`: the addresses that this route is for. No two routes may have the same. Of networks that overlap the smallest counts.
        public var network: IPNetwork
        /// `host` and `policy`: what the server has to show.
        public var policy: RoutePolicy

        /// A route.
        public init(network: IPNetwork, policy: RoutePolicy) {
            self.network = network
            self.policy = policy
        }
    }
}
