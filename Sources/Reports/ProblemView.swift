import ConfigurationFile

/// A problem of a configuration.
package struct ProblemView: View, Encodable {
    @Nullable var file: String?
    @Nullable var line: Int?
    @Nullable var section: String?
    @Nullable var key: String?
    var message: String
    private let description: String

    package init(_ problem: ConfigurationError.Problem) {
        file = problem.file
        line = problem.line
        section = problem.section
        key = problem.key
        message = problem.message
        description = problem.description
    }

    private enum CodingKeys: CodingKey {
        case file, line, section, key, message
    }

    package func text(_ style: Style) -> String { description.printable + "\n" }
}
