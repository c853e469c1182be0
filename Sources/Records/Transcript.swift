/// What a line of a transcript is, written as a two-character mark.
///
/// The client stands on the left, Weft (`|` or `-`) in the middle, the upstream server on the right.
public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// A line received from the client.
    case clientToWeft = "->"
    /// An answer to the client that Weft made itself.
    case weftToClient = "<-"
    /// A line sent to the upstream server.
    case weftToUpstream = ">|"
    /// A note about the upstream leg: dialled, TLS established, handshake failed.
    case upstreamNote = "|>"
    /// A reply received from the upstream server.
    case upstreamToWeft = "|<"
    /// A reply of the upstream server passed on to the client.
    case upstreamToClient = "<|"
    /// A note: a decision, an error, a limit reached.
    case note = "--"
}

/// One line of the transcript of a connection.
public struct TranscriptLine: Sendable, Hashable {
    /// Microseconds since the connection was opened.
    public var offset: Int64
    /// Who said it to whom.
    public var direction: Direction
    /// The line without its end, escaped to printable characters by whoever records it. Stored up to 8 KiB.
    public var text: String

    /// A line said `offset` microseconds after the connection was opened.
    public init(offset: Int64, direction: Direction, text: String) {
        self.offset = offset
        self.direction = direction
        self.text = text
    }
}
