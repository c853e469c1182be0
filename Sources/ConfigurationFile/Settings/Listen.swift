import Basics
import DNS

extension Configuration {
    /// `[listen]`: where the redirected connections arrive.
    public struct Listen: Hashable, Sendable {
        /// `address`: where Weft listens. At least one; one of each IP version to serve both.
        /// Default `["127.0.0.1:10025", "[::1]:10025"]`.
        public var addresses: [Endpoint] = ["127.0.0.1:10025", "[::1]:10025"].compactMap { Endpoint($0) }
        /// `intercept`: how the original destination of a connection is learned. Default `redirect`.
        public var intercept = Intercept.redirect

        /// How connections come to the listener.
        public enum Intercept: String, Hashable, Sendable, CaseIterable {
            /// A `REDIRECT` rule of iptables or nftables; the destination is asked by `SO_ORIGINAL_DST`.
            case redirect
        }

        mutating func read(_ section: SectionReader) {
            section.read("address", into: &addresses, mayBeEmpty: false)
            section.read("intercept", into: &intercept)
        }
    }
}

extension Configuration.Listen.Intercept: ConfigurationChoice {
    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self {
        let text = try string(node)
        if let value = Self(rawValue: text) { return value }
        let reason = text == "tproxy" ? "\"tproxy\" is not part of this version" : "\"\(text)\" is not allowed"
        throw ValueComplaint("\(reason); use \(expectation)")
    }
}
