import Basics
import NIOCore

/// Reads a server's replies from a queue of received octets.
///
/// Tolerant where servers are known to be careless, as MTAs are: a line ended by LF alone, a code with no text, any second digit; lines that are
/// no reply are passed over, the last line's code counts where those of one reply differ (RFC 5321 4.2.1 wants one), and more lines than are kept
/// are read. All of it is bounded, and told by ``takeQuirk()``. What is malformed stays so: the connection is of no more use.
public struct ReplyParser: Sendable {
    /// What the queue holds where a reply is wanted.
    public enum Result: Sendable, Equatable {
        /// A whole reply.
        case reply(Reply)
        /// The reply is not complete; what has arrived of it is kept here.
        case incomplete
        /// What the server sends is no SMTP; the text says why, in printable ASCII.
        case malformed(String)
    }

    /// What may follow a code. A carriage return too many counts as the end.
    private static let separators: [UInt8] = [.space, .hyphen, .horizontalTab, .carriageReturn]

    private let maximumLine: Int
    private var code = 0
    private var texts: [String] = []
    private var failure: String?
    private var quirk: String?
    /// Lines of this reply that were passed over or not kept.
    private var passedOver = 0

    /// The most lines that are passed over, or not kept, before one reply is whole.
    private static let mostPassedOver = 1000

    /// A parser before the first reply.
    ///
    /// - Parameter maximumLine: the most octets read as one line, its end included. RFC 5321 4.5.3.1.5 allows a server to send 512.
    public init(maximumLine: Int) {
        self.maximumLine = maximumLine
    }

    /// Whether a part of a reply has been read and the rest has not arrived.
    public var isWithinReply: Bool { !texts.isEmpty }

    /// What was unusual about the replies taken since it was last asked for, the first of it: printable ASCII.
    public mutating func takeQuirk() -> String? {
        defer { quirk = nil }
        return quirk
    }

    /// Takes the next reply from `queue`.
    public mutating func next(from queue: inout ByteQueue) -> Result {
        while failure == nil {
            switch queue.nextLine(limit: maximumLine) {
            case .incomplete:
                return .incomplete
            case .tooLong:
                failure = "a reply line of more than \(maximumLine) octets"
            case .line(let line, _):
                if let reply = take(line) { return .reply(reply) }
            }
        }
        return .malformed(failure ?? "")
    }

    /// Takes one line; returns the reply if that was its last line.
    private mutating func take(_ line: ByteBuffer) -> Reply? {
        let octets = line.readableBytesView
        let digits = octets.prefix(3)
        let separator = octets.dropFirst(3).first
        guard digits.count == 3, digits.allSatisfy(\.isDigit), separator.map(Self.separators.contains) ?? true,
            let number = digits.saturatedDecimal(maximumDigits: 3)
        else {
            passOver("a line that is no reply: \"\(printable(octets, limit: 80))\"")
            return nil
        }
        guard (200...599).contains(number) else {
            failure = "no SMTP reply: \"\(printable(octets, limit: 80))\""
            return nil
        }
        if !texts.isEmpty, number != code { note("a reply whose lines have the codes \(code) and \(number)") }
        code = number
        if texts.count < Reply.maximumLines {
            texts.append(Self.text(octets.dropFirst(4)))
        } else {
            passOver("a reply of more than \(Reply.maximumLines) lines")
        }
        guard separator != .hyphen else { return nil }
        defer {
            texts.removeAll()
            passedOver = 0
        }
        return Reply(code: number, first: texts[0], others: Array(texts.dropFirst()))
    }

    private mutating func passOver(_ what: String) {
        note(what)
        passedOver += 1
        if passedOver > Self.mostPassedOver { failure = "no SMTP reply in \(Self.mostPassedOver) lines" }
    }

    private mutating func note(_ what: String) {
        if quirk == nil { quirk = what }
    }

    /// The text of a line as a ``Reply`` keeps it. A carriage return too many at its end is dropped; a tab, which RFC 5321 4.2 allows, is a space.
    private static func text(_ octets: some BidirectionalCollection<UInt8>) -> String {
        var end = octets.endIndex
        while end > octets.startIndex, octets[octets.index(before: end)] == .carriageReturn { end = octets.index(before: end) }
        let octets = octets[..<end]
        guard octets.contains(.horizontalTab) else { return printable(octets, limit: Reply.maximumText) }
        return printable(octets.map { $0 == .horizontalTab ? .space : $0 }, limit: Reply.maximumText)
    }
}
