public import Basics

/// Tests write names as they are; one that is none is a mistake in the test.
extension DomainName: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) {
        do {
            self = try DomainName(text, as: .wire)
        } catch {
            preconditionFailure("\"\(text)\" is no domain name: \(error)")
        }
    }
}
