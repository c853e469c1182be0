import Relay

extension Configuration {
    /// Reads `[listen]`: where the redirected connections arrive.
    mutating func readListen(_ section: SectionReader) {
        section.read("address", into: &relay.listen, mayBeEmpty: false)
        section.read("intercept", into: &relay.intercept)
    }
}

extension RelaySettings.Intercept: ConfigurationChoice {
    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self {
        let text = try string(node)
        if let value = Self(rawValue: text) { return value }
        let reason = text == "tproxy" ? "\"tproxy\" is not part of this version" : "\"\(text)\" is not allowed"
        throw ValueComplaint("\(reason); use \(expectation)")
    }
}
