extension RelaySettings {
    /// `[limits]`: bounds that keep one peer, or many, from exhausting the machine.
    public struct Limits: Hashable, Sendable {
        /// `sessions`: sessions at once; more are answered 421. 1 to 1000000, default 10000.
        public var sessions = 10_000
        /// `per-client`: sessions at once from one client address; more are answered 421. Not above `sessions`; default 500, or `sessions` where
        /// that is less.
        public var perClient = 500
        /// `line`: octets of a command or reply line, its end included. 1024 to 65536, default 4096 (RFC 5321 4.5.3.1.4 asks for 512 and more
        /// for extensions).
        public var line = 4096
        /// `recipients`: recipients of a transaction; more are answered 452. 100 (RFC 5321 4.5.3.1.8) to 100000, default 1000.
        public var recipients = 1000
        /// `transactions`: MAIL commands of a connection; more are answered 421, which ends it. 1 to 1000000, default 1000.
        public var transactions = 1000
        /// `message-buffer`: octets of a message that wait in memory for a slower receiver, in each direction of a session. 16 KiB to 16 MiB,
        /// default 128 KiB.
        public var messageBuffer = 128 << 10
        /// Commands that were answered with an error, in one session. Not configurable.
        public var errors = 100

        /// The documented defaults.
        public init() {}
    }
}
