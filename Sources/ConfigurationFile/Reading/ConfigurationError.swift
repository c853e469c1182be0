/// What is wrong with a configuration: one or more problems, each with its file, line and key, in the order of the file.
///
/// `description` has one line for each problem and is meant to be printed to the operator as it is:
/// `weft.toml:12: [policy] on-failure: "drop" is not allowed; use "defer" or "refuse"`.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The file as it was named to us; nil for a configuration that was made in code.
        public var file: String?
        /// The line in the file, from 1; nil when the problem has no line (an unreadable file, a default that does not fit).
        public var line: Int?
        /// The section as it is written, for example `[policy]` or `[[domain]]`; nil at the top of the file.
        public var section: String?
        /// The key inside the section; nil when the section as a whole is meant.
        public var key: String?
        /// What is wrong and what is allowed instead.
        public var message: String

        /// A problem at a place of which as much is given as is known.
        public init(file: String? = nil, line: Int? = nil, section: String? = nil, key: String? = nil, message: String) {
            self.file = file
            self.line = line
            self.section = section
            self.key = key
            self.message = message
        }

        /// `file:line: [section] key: message`, without the parts that are nil.
        public var description: String {
            var place = file.map { "\($0)" } ?? ""
            if let line {
                place += place.isEmpty ? "line \(line)" : ":\(line)"
            }
            let subject = [section, key].compactMap { $0 }.joined(separator: " ")
            return [place, subject, message].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    /// Never empty.
    public let problems: [Problem]

    /// An error of these problems; they are printed in the order given.
    public init(_ problems: [Problem]) {
        self.problems = problems
    }

    /// One line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
