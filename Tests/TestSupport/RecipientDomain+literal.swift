public import Basics

/// A recipient's domain, or an address literal in brackets.
extension RecipientDomain: ExpressibleByStringInterpolation {
    /// Reads it; a text that is none ends the test run.
    public init(stringLiteral text: String) {
        guard let domain = RecipientDomain(text) else { preconditionFailure("\"\(text)\" is no domain of a recipient") }
        self = domain
    }
}
