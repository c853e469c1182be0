extension RelaySettings {
    /// How much of each message the journal keeps.
    public enum Content: String, Hashable, Sendable, CaseIterable {
        /// Its size only.
        case none
        /// The header section, up to 1 MiB.
        case headers
        /// Everything, up to 1 MiB.
        case full
    }
}
