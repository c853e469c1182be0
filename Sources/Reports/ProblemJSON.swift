import ConfigurationFile

/// A problem of a configuration as `weft config check --json` prints it; absent values are null.
package struct ProblemJSON: Encodable {
    private let problem: ConfigurationError.Problem

    package init(_ problem: ConfigurationError.Problem) {
        self.problem = problem
    }

    private enum CodingKeys: String, CodingKey {
        case file, line, section, key, message
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(problem.file, forKey: .file)
        try values.encode(problem.line, forKey: .line)
        try values.encode(problem.section, forKey: .section)
        try values.encode(problem.key, forKey: .key)
        try values.encode(problem.message, forKey: .message)
    }
}
