/// A choice that may also be written `none`.
struct OrNone<Choice: ConfigurationChoice>: ConfigurationValue {
    /// Nil for `none`.
    var choice: Choice?

    static var expectation: String { alternatives(["none"] + Choice.allCases.map(\.rawValue)) }

    static func read(_ node: TOMLNode) throws(ValueComplaint) -> OrNone {
        let text = try string(node)
        if text == "none" { return OrNone(choice: nil) }
        guard let choice = Choice(rawValue: text) else { throw ValueComplaint("\"\(text)\" is not allowed; use \(expectation)") }
        return OrNone(choice: choice)
    }
}
