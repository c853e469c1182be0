import MTASTS

extension Configuration {
    /// `[policy]`: what is done with what the policies of the recipients' domains demand.
    public struct PolicySettings: Hashable, Sendable {
        /// `enforcement`: default `enforce`.
        public var enforcement = Enforcement.enforce
        /// `on-failure`: the answer to a recipient whose policy refuses the leg. Default `defer`.
        public var onFailure = FailureAnswer.defer
        /// `insecure-mx`: what TLSA records of an MX host count for when the MX records themselves are not signed. Default `dane`.
        public var insecureMX = InsecureMX.dane
        /// `on-pending`: what is done while the first look-up of a domain's MTA-STS policy has not ended. Default `defer`.
        public var onPending = PendingAnswer.defer
        /// `report-sender`: the envelope sender of this host's own TLS reports, whose mail no policy holds back (RFC 8460 3). Default "": none.
        public var reportSender = ""
        /// `sts-content-type`: what is done about an MTA-STS policy that is not served as text/plain (RFC 8461 3.3). Default `require`.
        public var stsContentType = ContentTypeRule.require

        /// Whether a verdict is carried out.
        public enum Enforcement: String, Hashable, Sendable, CaseIterable {
            /// Recipients are deferred or refused as their policy says.
            case enforce
            /// Everything is accepted; what would have been deferred or refused is recorded as `would`.
            case report
        }

        /// The reply to a policy failure.
        public enum FailureAnswer: String, Hashable, Sendable, CaseIterable {
            /// `451`: the MTA keeps the mail and tries again.
            case `defer`
            /// `550`: the mail bounces.
            case refuse
        }

        /// How TLSA records are used without DNSSEC for the MX records (RFC 7672 2.2.1).
        public enum InsecureMX: String, Hashable, Sendable, CaseIterable {
            /// They are not looked up.
            case off
            /// They demand TLS, but no certificate.
            case encrypt
            /// They are verified as with signed MX records; recorded as not secure delivery all the same.
            case dane
        }

        /// The reply while a policy look-up is under way.
        public enum PendingAnswer: String, Hashable, Sendable, CaseIterable {
            /// `451`: the next try will find the policy in the cache.
            case `defer`
            /// As if the domain had no policy.
            case proceed
        }

        mutating func read(_ section: SectionReader) {
            section.read("enforcement", into: &enforcement)
            section.read("on-failure", into: &onFailure)
            section.read("insecure-mx", into: &insecureMX)
            section.read("on-pending", into: &onPending)
            section.read("sts-content-type", into: &stsContentType)
            section.read(
                "report-sender", into: &reportSender,
                Constraint { text in
                    text.isEmpty || text.split(separator: "@", omittingEmptySubsequences: false).count == 2
                        ? nil : "\"\(text)\" is not an address such as \"tlsrpt@provider.example\""
                })
        }
    }
}

extension Configuration.PolicySettings.Enforcement: ConfigurationChoice {}
extension ContentTypeRule: ConfigurationChoice {}
extension Configuration.PolicySettings.FailureAnswer: ConfigurationChoice {}
extension Configuration.PolicySettings.InsecureMX: ConfigurationChoice {}
extension Configuration.PolicySettings.PendingAnswer: ConfigurationChoice {}
