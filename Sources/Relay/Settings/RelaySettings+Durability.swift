extension RelaySettings {
    /// When a recipient's reply may be sent.
    public enum Durability: String, Hashable, Sendable, CaseIterable {
        /// At once; a loss of power may lose the last 100 ms of records.
        case batched
        /// When its record is on disk.
        case strict
    }
}
