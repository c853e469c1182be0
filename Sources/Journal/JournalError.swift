import Records

/// Why the journal could not do what it was asked. The description says what to do about it.
public struct JournalError: StoreError, Hashable {
    /// The class of the failure.
    public enum Kind: String, Hashable, Sendable {
        /// There is no journal at that path.
        case missing
        /// It may not be read.
        case unreadable
        /// It may not be created or written.
        case unwritable
        /// The file is not an SQLite database, or a damaged one.
        case notADatabase
        /// The file is another program's database.
        case foreign
        /// A newer version of Weft has written it.
        case newerSchema
        /// An older version of Weft has written it, and none as new as this has opened it for writing since.
        case olderSchema
        /// The disk, or the quota, is full.
        case full
        /// Another process holds it locked.
        case busy
        /// It takes too long: nothing fails, and nothing is written.
        case stalled
        /// The file was taken away, or another put in its place, while it was open.
        case replaced
        /// A beginning of an id fits several connections.
        case ambiguous
        /// No id is as short, or written so.
        case invalidID
        /// The journal was closed.
        case closed
        /// A row holds what Weft does not write.
        case damaged
        /// Anything else that SQLite reports.
        case failed
    }

    /// The class of the failure.
    public var kind: Kind
    /// What happened and what to do, in one line, with the path.
    public var description: String

    /// A beginning of an id fits several.
    public var isAmbiguous: Bool { kind == .ambiguous }

    /// A failure described for an operator.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
