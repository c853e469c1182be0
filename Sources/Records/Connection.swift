import Basics
import FoundationEssentials

/// A client's connection as it was accepted.
public struct ConnectionOpened: Sendable, Hashable {
    /// Names the connection in every other record of it.
    public var id: RecordID
    /// When it was accepted.
    public var at: Date
    /// The client's address, without port.
    public var client: String
    /// The client's port.
    public var clientPort: Int
    /// The address the client meant to reach (its original destination), without port.
    public var destination: String
    /// The port the client meant to reach.
    public var destinationPort: Int
    /// The source address that the upstream leg uses; nil when the system chooses.
    public var source: String?

    /// A connection just accepted.
    public init(
        id: RecordID, at: Date, client: String, clientPort: Int, destination: String, destinationPort: Int, source: String? = nil
    ) {
        self.id = id
        self.at = at
        self.client = client
        self.clientPort = clientPort
        self.destination = destination
        self.destinationPort = destinationPort
        self.source = source
    }
}

/// How a client's connection ended.
public struct ConnectionClosed: Sendable, Hashable {
    /// The connection.
    public var id: RecordID
    /// When both legs were closed.
    public var at: Date
    /// Why it ended, in one line.
    public var reason: String
    /// The name the client gave in EHLO or HELO.
    public var helo: String?
    /// Octets received from the client.
    public var bytesFromClient: Int
    /// Octets received from upstream, after decryption.
    public var bytesFromUpstream: Int
    /// Messages the upstream server took.
    public var messages: Int

    /// A connection that ended.
    public init(
        id: RecordID, at: Date, reason: String, helo: String? = nil, bytesFromClient: Int = 0, bytesFromUpstream: Int = 0,
        messages: Int = 0
    ) {
        self.id = id
        self.at = at
        self.reason = reason
        self.helo = helo
        self.bytesFromClient = bytesFromClient
        self.bytesFromUpstream = bytesFromUpstream
        self.messages = messages
    }
}

/// A connection as the journal has it: how it began and, once it did, how it ended.
public struct ConnectionRecord: Sendable, Hashable {
    /// How it began.
    public var opened: ConnectionOpened
    /// How it ended; nil while it is open, and when Weft stopped before it could say.
    public var closed: ConnectionClosed?

    /// A connection that is open, or has ended.
    public init(opened: ConnectionOpened, closed: ConnectionClosed? = nil) {
        self.opened = opened
        self.closed = closed
    }
}
