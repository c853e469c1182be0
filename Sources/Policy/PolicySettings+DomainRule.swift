import Records

extension PolicySettings {
    /// `[[domain]]`: what differs for one recipient domain.
    public struct DomainRule: Hashable, Sendable {
        /// `require`: a policy that the domain must have for mail to it to pass. Default `none`: what it publishes, nothing more.
        public var require: DecisionSettings.Requirement?
        /// `enforcement`: as in `[policy]`, which holds where this is nil and the client's network has none.
        public var enforcement: Enforcement?
        /// `on-failure`: as in `[policy]`, which holds where this is nil.
        public var onFailure: DecisionSettings.OnFailure?

        /// A rule; without more it changes nothing.
        public init(
            require: DecisionSettings.Requirement? = nil, enforcement: Enforcement? = nil,
            onFailure: DecisionSettings.OnFailure? = nil
        ) {
            self.require = require
            self.enforcement = enforcement
            self.onFailure = onFailure
        }
    }
}
