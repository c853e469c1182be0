/// Why something was not done. The text is for the operator.
public struct ControlFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// A reason.
    public init(_ description: String) {
        self.description = description
    }
}
