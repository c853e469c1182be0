import Records
import TLS

extension Configuration {
    /// Reads `[tls]`.
    mutating func readTLS(_ section: SectionReader) {
        section.read("trust", into: &tls.trust)
        section.read("minimum", into: &tls.minimum)
    }
}

extension TLSVersion: ConfigurationChoice {}

extension TrustStore.Source: ConfigurationValue {
    static var expectation: String { "\"system\" or the absolute path of a PEM file" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self {
        let text = try string(node)
        if text == "system" { return .system }
        guard Constraint<String>.absolutePath.complaint(text) == nil else {
            throw ValueComplaint("\"\(text)\" is not allowed; use \(expectation)")
        }
        return .pem(text)
    }
}
