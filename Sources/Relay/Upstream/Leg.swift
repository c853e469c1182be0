import Basics
import DNS
import NIOCore
import Policy
import SMTP
import TLS

/// The connection to the destination, and what is known of the server there.
final class Leg {
    let destination: Endpoint
    var stream: any ByteStream
    var greeting = Reply(220, nil, "")
    /// What the server offers: after STARTTLS, if there is TLS (RFC 3207 4.2).
    var ehlo = EHLOResponse(reply: Reply(250, nil, ""))
    /// Why there is no TLS, or what was agreed on.
    var tls = LegTLS.notOffered
    var serverName: DomainName?
    /// When it was begun to be dialled.
    var dialledAt: NIODeadline?
    /// Names sent as SNI on the way to this leg.
    var triedServerNames: [DomainName] = []
    var chain: CertificateChain?
    var forgetSession: () -> Void = {}
    /// When the handshake was complete; nil without TLS.
    var securedAt: NIODeadline?
    /// Milliseconds that the handshake took.
    var handshakeMilliseconds: Int?
    /// A transaction is open at the server: MAIL was sent, and neither RSET nor the end of a message since.
    var isInTransaction = false

    /// A message was answered on it: what it is made of works.
    var hasServed = false

    /// The domain of the first recipient that was accepted on it.
    private var firstUser: DomainName?
    private var hasOtherUsers = false

    /// It was left, and what came over it is counted.
    var isRetired = false

    private var parser: ReplyParser
    /// A reply that was looked at and not taken yet.
    private var early: Reply?
    private var output = ByteBuffer()

    /// A connection before its greeting. Reply lines of more than `maximumLine` octets end it.
    init(destination: Endpoint, stream: any ByteStream, maximumLine: Int) {
        self.destination = destination
        self.stream = stream
        parser = ReplyParser(maximumLine: maximumLine)
    }

    /// A recipient of `domain` was accepted on it.
    func noteUse(by domain: DomainName?) {
        guard let domain else { return }
        if firstUser == nil { firstUser = domain }
        if firstUser != domain { hasOtherUsers = true }
    }

    /// Whether recipients of other domains than this were accepted on it.
    func isUsed(byOthersThan domain: DomainName?) -> Bool { hasOtherUsers || firstUser.map { $0 != domain } ?? false }

    /// Queues a command line; CRLF is added.
    func send(line: ByteBuffer) {
        output.writeImmutableBuffer(line)
        output.writeStaticString("\r\n")
    }

    /// Queues a command.
    func send(_ command: String) {
        output.writeString(command)
        output.writeStaticString("\r\n")
    }

    /// Queues message data as it is.
    func send(data: ByteBuffer) {
        sendQueued()
        stream.send(data)
    }

    /// Sends what is queued.
    func flush() {
        sendQueued()
        stream.flush()
    }

    /// What was unusual about the replies read since it was last asked for.
    func takeQuirk() -> String? { parser.takeQuirk() }

    /// Whether the server has said, or begun to say, a reply. It is kept for ``nextReply()``.
    func hasReply() -> Bool {
        if early != nil { return true }
        do throws(LegError) { early = try nextReply() } catch { return true }
        return early != nil || parser.isWithinReply || !stream.input.isEmpty
    }

    /// The next reply, if it has arrived.
    func nextReply() throws(LegError) -> Reply? {
        if let reply = early {
            early = nil
            return reply
        }
        stream.pump()
        guard !stream.input.isEmpty else { return nil }
        switch parser.next(from: &stream.input) {
        case .reply(let reply): return reply
        case .incomplete: return nil
        case .malformed(let why): throw .malformed(why)
        }
    }

    /// Says goodbye and closes, without waiting for the answer.
    func quit() {
        send("QUIT")
        flush()
        stream.close()
    }

    private func sendQueued() {
        guard output.readableBytes > 0 else { return }
        stream.send(output)
        // The stream holds the bytes now; a buffer of our own is allocated when there is more to say.
        output = ByteBuffer()
    }
}
