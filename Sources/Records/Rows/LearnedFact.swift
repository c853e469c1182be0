import Basics
import FoundationEssentials

/// What the daemon has learned about a server by speaking with it, and until when it goes by it. None of it is on disk.
public struct LearnedFact: Hashable, Codable, Sendable {
    /// The kinds of things that are learned.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// An EHLO keyword that one connection offered and another did not: it is not offered to clients.
        case missingKeyword = "missing-keyword"
        /// TLS that broke after the handshake: once it is tried again, and after that a leg that no policy wants TLS on goes in clear at once.
        case brokenTLS = "broken-tls"
        /// The host that a leg was authenticated as: the name to begin the next handshake with.
        case serverName = "server-name"
    }

    /// The server.
    public var address: IPAddress
    /// What kind of thing was learned.
    public var kind: Kind
    /// The keyword, what broke, or the name.
    public var what: String
    /// When it is forgotten, unless it is learned again.
    public var until: Date

    /// What was learned of the server at `address`.
    public init(address: IPAddress, kind: Kind, what: String, until: Date) {
        self.address = address
        self.kind = kind
        self.what = what
        self.until = until
    }
}
