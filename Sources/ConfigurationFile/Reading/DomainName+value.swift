import Basics

extension DomainName: ConfigurationValue {
    static var expectation: String { "a domain name such as \"example.com\"" }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> DomainName {
        let written = try string(node)
        do {
            return try DomainName(written, as: .configuration)
        } catch .notASCII {
            throw ValueComplaint("\"\(written)\" is not ASCII; write its A-labels (xn--...)")
        } catch {
            throw ValueComplaint("\"\(written)\" is not \(expectation): \(error)")
        }
    }
}
