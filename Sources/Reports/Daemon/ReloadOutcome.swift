/// What came of reading a daemon's configuration again, where it was taken over.
package struct ReloadOutcome: View, Codable, Hashable {
    /// What changed in the file and takes a restart, in a sentence each.
    package var warnings: [String]

    package init(warnings: [String]) {
        self.warnings = warnings
    }

    package func text(_ style: Style) -> String { "configuration read again\n" }
}
