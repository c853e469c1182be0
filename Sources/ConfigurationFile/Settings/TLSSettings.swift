import TLS

extension Configuration {
    /// `[tls]`: certificates and protocol versions, of mail servers and MTA-STS policy hosts alike.
    public struct TLSSettings: Hashable, Sendable {
        /// `trust`: the root certificates that PKIX paths end at. Default `system`.
        public var trust = Trust.system
        /// `minimum`: the lowest TLS version that is spoken with a mail server. Default 1.2.
        public var minimum = TLSVersion.tls12

        /// Where the root certificates come from.
        public enum Trust: Hashable, Sendable {
            /// OpenSSL's default directory of the system.
            case system
            /// A PEM file, by its absolute path.
            case file(String)
        }

        mutating func read(_ section: SectionReader) {
            section.read("trust", into: &trust)
            section.read("minimum", into: &minimum)
        }
    }
}

extension Configuration.TLSSettings.Trust: ConfigurationValue {
    static var expectation: String { "\"system\" or the absolute path of a PEM file" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self {
        let text = try string(node)
        if text == "system" { return .system }
        guard Constraint<String>.absolutePath.complaint(text) == nil else {
            throw ValueComplaint("\"\(text)\" is not allowed; use \(expectation)")
        }
        return .file(text)
    }
}
