import Basics
import DNS
import NIOCore
import Policy

/// What the relay is configured with.
public struct RelaySettings: Hashable, Sendable {
    /// How long each kind of waiting may last.
    public struct Timeouts: Hashable, Sendable {
        /// For the TCP connection to the destination.
        public var connect: TimeAmount = .seconds(30)
        /// For the server's greeting (RFC 5321 4.5.3.2.1).
        public var greeting: TimeAmount = .seconds(300)
        /// For a command from the client, and for a reply to one from the server (RFC 5321 4.5.3.2).
        public var command: TimeAmount = .seconds(300)
        /// For progress of message data, and for the reply to its end (RFC 5321 4.5.3.2.5, 4.5.3.2.6).
        public var data: TimeAmount = .seconds(600)
        /// For the TLS handshake.
        public var handshake: TimeAmount = .seconds(30)
        /// What one RCPT may wait for look-ups.
        public var policy: TimeAmount = .seconds(20)
        /// What running messages get to finish when the daemon stops.
        public var drain: TimeAmount = .seconds(30)

        /// The documented defaults.
        public init() {}
    }

    /// How much one peer may ask for.
    public struct Limits: Hashable, Sendable {
        /// Sessions at a time.
        public var sessions = 10_000
        /// Sessions at a time from one client address.
        public var perClient = 500
        /// Octets of a command line, its end included.
        public var line = 4096
        /// Recipients of a transaction.
        public var recipients = 1000
        /// Transactions of a session.
        public var transactions = 1000
        /// Octets that wait in memory for a slower receiver, in each direction of a session.
        public var messageBuffer = 128 * 1024
        /// Commands that were answered with an error, in one session.
        public var errors = 100

        /// The documented defaults.
        public init() {}
    }

    /// A destination that is no MX host of its recipients: a smarthost, or an internal relay.
    public struct Route: Hashable, Sendable {
        /// The addresses it is for. Of networks that overlap the smallest counts.
        public var network: IPNetwork
        /// What its server has to show.
        public var policy: RoutePolicy

        /// A route.
        public init(network: IPNetwork, policy: RoutePolicy) {
            self.network = network
            self.policy = policy
        }
    }

    /// How much of each message the journal keeps.
    public enum Content: Sendable {
        /// Nothing.
        case none
        /// The header section, up to 1 MiB.
        case headers
        /// All of it, up to 1 MiB.
        case full
    }

    /// Addresses to listen on.
    public var listen: [Endpoint]
    /// SO_MARK of every socket towards a destination; nil sets none.
    public var mark: Int?
    /// Source addresses: the first of the destination's family is used; none leaves the choice to the system.
    public var sources: [IPAddress]
    /// The envelope sender whose mail no policy holds back: that of this host's own TLS reports (RFC 8460 3). Empty: none.
    public var reportSender = ""
    /// Destinations with a policy of their own.
    public var routes: [Route] = []
    /// How long each kind of waiting may last.
    public var timeouts: Timeouts
    /// How much one peer may ask for.
    public var limits: Limits
    /// How much of each message the journal keeps.
    public var content = Content.none
    /// Whether a reply waits until its decision is on disk.
    public var strictDurability: Bool
    /// What to do with recipients while decisions cannot be journalled: false answers 451.
    public var continueWithoutJournal: Bool

    /// Settings for a relay that listens on `listen`.
    public init(
        listen: [Endpoint], mark: Int? = nil, sources: [IPAddress] = [], timeouts: Timeouts = Timeouts(), limits: Limits = Limits(),
        strictDurability: Bool = false, continueWithoutJournal: Bool = false
    ) {
        self.listen = listen
        self.mark = mark
        self.sources = sources
        self.timeouts = timeouts
        self.limits = limits
        self.strictDurability = strictDurability
        self.continueWithoutJournal = continueWithoutJournal
    }
}

extension TimeAmount {
    /// Seconds, for replies and logs.
    var text: String { "\(nanoseconds / 1_000_000_000) s" }
}

extension RelaySettings {
    /// The policy of `destination` when it is listed as a route.
    func route(to destination: IPAddress) -> RoutePolicy? {
        routes.filter { $0.network.contains(destination) }.max { $0.network.prefixLength < $1.network.prefixLength }?.policy
    }

    /// What a stream reads into: grown when there is more, small while a session is idle, as each connection keeps one such buffer.
    static var receiveAllocator: AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536)
    }

    /// When a stream stops, and starts again, to be writable.
    var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: limits.messageBuffer / 4, high: limits.messageBuffer)
    }
}
