import Basics

extension Configuration {
    /// `[[domain]]`: what differs for one recipient domain. Subdomains are domains of their own.
    public struct DomainSettings: Hashable, Sendable {
        /// `name`: the domain. No two sections may have the same.
        public var name: DomainName
        /// `require`: a policy that the domain must have. Default none.
        public var require = Requirement.none
        /// `enforcement`: as in `[policy]`, which holds where this is nil.
        public var enforcement: PolicySettings.Enforcement?
        /// `on-failure`: as in `[policy]`, which holds where this is nil.
        public var onFailure: PolicySettings.FailureAnswer?

        /// What a domain must have for mail to it to pass.
        public enum Requirement: String, Hashable, Sendable, CaseIterable {
            /// What it publishes, nothing more.
            case none
            /// Usable TLSA records at its MX hosts, and a certificate that matches them; else 451 4.7.5.
            case dane
        }

        /// Settings of this domain that differ in nothing yet.
        public init(name: DomainName) {
            self.name = name
        }

        static func read(_ section: SectionReader) -> DomainSettings? {
            let name: DomainName? = section.require("name")
            var settings = DomainSettings(name: name ?? .root)
            section.read("require", into: &settings.require)
            section.read("enforcement", into: &settings.enforcement)
            section.read("on-failure", into: &settings.onFailure)
            return name == nil ? nil : settings
        }
    }
}

extension Configuration.DomainSettings.Requirement: ConfigurationChoice {}
