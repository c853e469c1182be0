import Reports

@testable import Admin

/// A reply that is not what the request calls for.
struct Unexpected: Error {
    var reply: ControlReply
}

extension ControlReply {
    /// Why it was not done.
    var failure: String? { if case .failed(let why) = self { why } else { nil } }
    /// What came of fetching a policy.
    var policy: PolicyOutcome? { if case .policy(let outcome) = self { outcome } else { nil } }
    /// What a reload says.
    var warnings: [String]? { if case .reload(let outcome) = self { outcome.warnings } else { nil } }
}
