import MTASTS
import Policy
import Records

extension Configuration {
    /// Reads `[policy]`: what is done with what the policies of the recipients' domains demand.
    mutating func readPolicy(_ section: SectionReader) {
        section.read("enforcement", into: &policy.settings.enforcement)
        section.read("on-failure", into: &policy.settings.onFailure)
        section.read("insecure-mx", into: &policy.settings.insecureMX)
        section.read("on-pending", into: &policy.settings.onPending)
        section.read("sts-content-type", into: &fetch.contentType)
        section.read(
            "report-sender", into: &relay.reportSender,
            Constraint { text in
                text.isEmpty || text.split(separator: "@", omittingEmptySubsequences: false).count == 2
                    ? nil : "\"\(text)\" is not an address such as \"tlsrpt@provider.example\""
            })
    }
}

extension Enforcement: ConfigurationChoice {}
extension DecisionSettings.OnFailure: ConfigurationChoice {}
extension DecisionSettings.InsecureMX: ConfigurationChoice {}
extension DecisionSettings.OnPending: ConfigurationChoice {}
extension ContentTypeRule: ConfigurationChoice {}
