extension Configuration {
    /// `[journal]`: the SQLite database of sessions, decisions and policies.
    public struct JournalSettings: Hashable, Sendable {
        /// `path`: the database file; its directory must exist and be writable. Default `/var/lib/weft/journal.db`.
        public var path = "/var/lib/weft/journal.db"
        /// `durability`: when a reply may be sent. Default `batched`.
        public var durability = Durability.batched
        /// `retention`: how long sessions and decisions are kept. 1 h to 3650 d, default 30 d.
        public var retention = Duration.seconds(30 * 86_400)
        /// `max-size`: the size in octets above which the oldest sessions are removed before their time. 16 MiB to 16 TiB, default 4 GiB.
        public var maxSize = 4 << 30
        /// `content`: how much of each message is kept, up to 1 MiB. Default `none`.
        public var content = Content.none
        /// `on-journal-failure`: what happens to mail while the journal cannot be written. Default `defer`.
        public var onFailure = FailureAnswer.defer

        /// When a recipient's reply may be sent.
        public enum Durability: String, Hashable, Sendable, CaseIterable {
            /// At once; a loss of power may lose the last 100 ms of records.
            case batched
            /// When its record is on disk.
            case strict
        }

        /// How much of each message is kept.
        public enum Content: String, Hashable, Sendable, CaseIterable {
            /// Its size only.
            case none
            /// The header section.
            case headers
            /// Everything.
            case full
        }

        /// What a broken journal means for mail.
        public enum FailureAnswer: String, Hashable, Sendable, CaseIterable {
            /// Recipients are answered `451` until records can be written again: no decision without a record.
            case `defer`
            /// Mail passes under its policies, unrecorded.
            case `continue`
        }

        mutating func read(_ section: SectionReader) {
            section.read("path", into: &path, .absolutePath)
            section.read("durability", into: &durability)
            section.read("retention", into: &retention, .within(.seconds(3600)...(.seconds(3650 * 86_400))))
            section.readSize("max-size", into: &maxSize, (16 << 20)...(16 << 40))
            section.read("content", into: &content)
            section.read("on-journal-failure", into: &onFailure)
        }
    }
}

extension Configuration.JournalSettings.Durability: ConfigurationChoice {}
extension Configuration.JournalSettings.Content: ConfigurationChoice {}
extension Configuration.JournalSettings.FailureAnswer: ConfigurationChoice {}
