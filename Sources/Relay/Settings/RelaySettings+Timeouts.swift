extension RelaySettings {
    /// `[timeouts]`: how long each kind of waiting may last. Each is at least 1 s; the upper bounds keep a dead peer from holding a session
    /// for days.
    public struct Timeouts: Hashable, Sendable {
        /// `connect`: for the destination to accept a connection. Up to 10 min, default 30 s.
        public var connect = Duration.seconds(30)
        /// `greeting`: for the mail server's greeting. Up to 1 h, default 300 s (RFC 5321 4.5.3.2.1).
        public var greeting = Duration.seconds(300)
        /// `command`: for the next command of the client, and for the mail server's reply to one. Up to 1 h, default 300 s (RFC 5321 4.5.3.2.2,
        /// 4.5.3.2.3, 4.5.3.2.7).
        public var command = Duration.seconds(300)
        /// `data`: for each next piece of a message in either direction, and for the reply to its end. Up to 2 h, default 600 s
        /// (RFC 5321 4.5.3.2.5, 4.5.3.2.6).
        public var data = Duration.seconds(600)
        /// `handshake`: for a whole TLS handshake with a mail server. Up to 10 min, default 30 s.
        public var handshake = Duration.seconds(30)
        /// `policy`: what one RCPT may wait for its look-ups, so that its client does not give up first. Up to 4 min, default 20 s.
        public var policy = Duration.seconds(20)
        /// `drain`: what running messages get to finish when Weft stops. Up to 1 h, default 30 s.
        public var drain = Duration.seconds(30)

        /// The documented defaults.
        public init() {}
    }
}
