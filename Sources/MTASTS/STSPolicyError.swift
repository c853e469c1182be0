/// Why a document is no MTA-STS policy (RFC 8461 3.2); reported as `sts-policy-invalid` (RFC 8460 4.3).
public enum STSPolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Longer than `STSPolicy.longestText`.
    case tooLong
    /// Nothing but blank lines.
    case empty
    /// The document starts with a UTF-8 byte order mark.
    case byteOrderMark
    /// The document is not UTF-8.
    case notUTF8
    /// A line is neither a field nor a well-formed extension. `excerpt` is printable ASCII.
    case malformedLine(number: Int, excerpt: String)
    /// A known field has a value it may not have. `value` is printable ASCII.
    case badValue(line: Int, field: String, value: String)
    /// A required field is missing.
    case missing(field: String)

    /// One sentence that says what the domain's administrator must mend.
    public var description: String {
        switch self {
        case .tooLong: "the policy is longer than \(STSPolicy.longestText) octets"
        case .empty: "the policy is empty"
        case .byteOrderMark: "the policy starts with a byte order mark"
        case .notUTF8: "the policy is not UTF-8"
        case .malformedLine(let number, let excerpt): "line \(number) of the policy is malformed: \"\(excerpt)\""
        case .badValue(let line, let field, let value): "line \(line) of the policy: bad value for \(field): \"\(value)\""
        case .missing(let field): "the policy has no \(field) field"
        }
    }
}
