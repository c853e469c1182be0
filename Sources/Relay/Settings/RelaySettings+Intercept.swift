extension RelaySettings {
    /// How connections come to the listener.
    public enum Intercept: String, Hashable, Sendable, CaseIterable {
        /// A `REDIRECT` rule of iptables or nftables; the destination is asked by `SO_ORIGINAL_DST`.
        case redirect
    }
}
