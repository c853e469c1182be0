import Relay

extension Configuration {
    /// Reads `[journal]`: how it is kept, and what sessions ask of it.
    mutating func readJournal(_ section: SectionReader) {
        section.read("path", into: &journal.path, .absolutePath)
        section.read("durability", into: &relay.durability)
        section.read("retention", into: &journal.retention, .within(.seconds(3600)...(.seconds(3650 * 86_400))))
        section.readSize("max-size", into: &journal.maximumSize, (16 << 20)...(16 << 40))
        section.read("content", into: &relay.content)
        section.read("on-journal-failure", into: &relay.onJournalFailure)
    }
}

extension RelaySettings.Durability: ConfigurationChoice {}
extension RelaySettings.Content: ConfigurationChoice {}
extension RelaySettings.OnJournalFailure: ConfigurationChoice {}
