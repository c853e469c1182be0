/// Why something was not done. The text is for the operator.
package struct ControlFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let description: String

    /// A reason.
    package init(_ description: String) {
        self.description = description
    }
}
