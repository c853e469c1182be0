public import Basics

/// Tests write names as they are; one that is none is a mistake in the test.
extension DomainName: ExpressibleByStringInterpolation {
    /// Reads the name; a text that is none ends the test run.
    public init(stringLiteral text: String) {
        do {
            self = try DomainName(text, as: .wire)
        } catch {
            preconditionFailure("\"\(text)\" is no domain name: \(error)")
        }
    }
}
