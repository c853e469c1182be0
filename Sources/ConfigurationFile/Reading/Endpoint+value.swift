import Basics

extension Endpoint: ConfigurationValue {
    static var expectation: String { "an IP address with a port, such as \"127.0.0.1:10025\" or \"[::1]:10025\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> Endpoint {
        let text = try string(node)
        if let endpoint = Endpoint(text) { return endpoint }
        let isBareAddress = IPAddress(text) != nil
        throw ValueComplaint(isBareAddress ? "\"\(text)\" has no port; write \(expectation)" : "\"\(text)\" is not \(expectation)")
    }
}
