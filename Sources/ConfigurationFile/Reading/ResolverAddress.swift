import Basics

/// The address of a resolver, written with or without its port.
struct ResolverAddress: ConfigurationValue, Hashable, CustomStringConvertible {
    /// Port 53 unless another was written.
    var endpoint: Endpoint

    /// With the port, always.
    var description: String { endpoint.description }

    static var expectation: String { "an IP address with or without a port, such as \"127.0.0.1\" or \"[::1]:5353\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> ResolverAddress {
        let text = try string(node)
        if let address = IPAddress(text) { return ResolverAddress(endpoint: Endpoint(address: address, port: 53)) }
        guard let endpoint = Endpoint(text) else { throw ValueComplaint("\"\(text)\" is not \(expectation)") }
        return ResolverAddress(endpoint: endpoint)
    }
}
