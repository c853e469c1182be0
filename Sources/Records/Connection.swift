import Basics
import FoundationEssentials

/// A client's connection as it was accepted.
public struct ConnectionOpened: Sendable, Hashable {
    /// Names the connection in every other record of it.
    public var id: RecordID
    /// When it was accepted.
    public var at: Date
    /// The client's address, without port.
    public var client: IPAddress
    /// The client's port.
    public var clientPort: Int
    /// The address the client meant to reach (its original destination), without port.
    public var destination: IPAddress
    /// The port the client meant to reach.
    public var destinationPort: Int
    /// The source address that the upstream leg uses; nil when the system chooses.
    public var source: IPAddress?

    /// A connection just accepted.
    public init(
        id: RecordID, at: Date, client: IPAddress, clientPort: Int, destination: IPAddress, destinationPort: Int, source: IPAddress? = nil
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

extension ConnectionOpened: ColumnGroup {
    /// To be read into.
    public static var blank: ConnectionOpened {
        ConnectionOpened(
            id: RecordID(high: 0, low: 0), at: .distantPast, client: IPAddress(ipv4: 0), clientPort: 0, destination: IPAddress(ipv4: 0),
            destinationPort: 0)
    }

    /// The columns that the opening fills.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("id", &id)
        columns.column("opened_at", &at)
        columns.column("client", &client)
        columns.column("client_port", &clientPort)
        columns.column("destination", &destination)
        columns.column("destination_port", &destinationPort)
        columns.column("source", &source)
    }
}

extension ConnectionClosed: ColumnGroup {
    /// To be read into.
    public static var blank: ConnectionClosed { ConnectionClosed(id: RecordID(high: 0, low: 0), at: .distantPast, reason: "") }

    /// The columns that the end fills; ``id`` is that of the opening.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.column("closed_at", &at)
        columns.column("reason", limit: RecordColumn.long, &reason)
        columns.column("helo", &helo)
        columns.column("bytes_from_client", &bytesFromClient)
        columns.column("bytes_from_upstream", &bytesFromUpstream)
        columns.column("messages", &messages)
    }
}

extension ConnectionRecord: TableRow {
    /// `connections`.
    public static var table: String { "connections" }

    /// To be read into.
    public static var blank: ConnectionRecord { ConnectionRecord(opened: .blank) }

    /// Every column.
    @inlinable
    public mutating func describe(to columns: inout some ColumnVisitor) {
        columns.group("opened", &opened)
        columns.group("closed", &closed)
        closed?.id = opened.id
    }
}
