import Basics
import Records

/// Why a value was not accepted; the text says what is allowed.
struct ValueComplaint: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

/// A type that a key of the configuration can have.
protocol ConfigurationValue {
    /// What is expected, for messages: `a string such as "30s"`.
    static var expectation: String { get }
    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self
}

extension ConfigurationValue {
    /// The text of a string value.
    static func string(_ node: TOMLNode) throws(ValueComplaint) -> String {
        guard case .string(let text) = node else { throw wrongType(node) }
        return text
    }

    static func wrongType(_ node: TOMLNode) -> ValueComplaint {
        ValueComplaint("must be \(expectation), not \(node.typeName)")
    }
}

extension String: ConfigurationValue {
    static var expectation: String { "a string" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> String {
        try string(node)
    }
}

extension Int: ConfigurationValue {
    static var expectation: String { "an integer" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Int {
        guard case .integer(let value) = node else { throw wrongType(node) }
        return value
    }
}

/// A setting that is one of a few words.
protocol ConfigurationChoice: ConfigurationValue, CaseIterable, RawRepresentable<String> {}

extension ConfigurationChoice {
    static var expectation: String { alternatives(allCases.map(\.rawValue)) }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Self {
        let text = try string(node)
        guard let value = Self(rawValue: text) else { throw ValueComplaint("\"\(text)\" is not allowed; use \(expectation)") }
        return value
    }
}

extension IPAddress: ConfigurationValue {
    static var expectation: String { "an IP address such as \"192.0.2.1\" or \"2001:db8::1\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> IPAddress {
        let text = try string(node)
        guard let address = IPAddress(text) else { throw ValueComplaint("\"\(text)\" is not \(expectation)") }
        return address
    }
}

extension IPNetwork: ConfigurationValue {
    static var expectation: String { "an IP address or network such as \"203.0.113.5\" or \"203.0.113.0/24\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> IPNetwork {
        let text = try string(node)
        guard let network = IPNetwork(text) else {
            throw ValueComplaint("\"\(text)\" is not \(expectation) (bits past the prefix must be zero)")
        }
        return network
    }
}
