import Basics
import NIOCore
import Policy

/// What the relay is configured with.
public struct RelaySettings: Hashable, Sendable {
    /// `[listen]` `address`: where Weft listens. At least one; one of each IP version to serve both.
    /// Default `["127.0.0.1:10025", "[::1]:10025"]`.
    public var listen: [Endpoint] = ["127.0.0.1:10025", "[::1]:10025"].compactMap { Endpoint($0) }
    /// `[listen]` `intercept`: how the original destination of a connection is learned. Default `redirect`.
    public var intercept = Intercept.redirect
    /// SO_MARK of every socket towards a destination; nil sets none.
    public var mark: Int?
    /// `[upstream]` `source`: the addresses that Weft dials from, at most one of each IP version. Default none: the system chooses.
    public var sources: [IPAddress] = []
    /// `[[route]]`: destinations with a policy of their own, in the order of the file.
    public var routes: [Route] = []
    /// `[timeouts]`: how long each kind of waiting may last.
    public var timeouts = Timeouts()
    /// `[limits]`: how much one peer may ask for.
    public var limits = Limits()
    /// `[policy]` `report-sender`: the envelope sender of this host's own TLS reports, whose mail no policy holds back (RFC 8460 3).
    /// Default "": none.
    public var reportSender = ""
    /// `[journal]` `content`: how much of each message is kept, up to 1 MiB. Default `none`.
    public var content = Content.none
    /// `[journal]` `durability`: when a reply may be sent. Default `batched`.
    public var durability = Durability.batched
    /// `[journal]` `on-journal-failure`: what happens to mail while the journal cannot be written. Default `defer`.
    public var onJournalFailure = OnJournalFailure.defer

    /// The documented defaults.
    public init() {}
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
