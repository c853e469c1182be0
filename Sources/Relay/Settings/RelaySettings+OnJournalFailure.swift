extension RelaySettings {
    /// What a broken journal means for mail.
    public enum OnJournalFailure: String, Hashable, Sendable, CaseIterable {
        /// Recipients are answered `451` until records can be written again: no decision without a record.
        case `defer`
        /// Mail passes under its policies, unrecorded.
        case `continue`
    }
}
