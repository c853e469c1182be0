import NIOCore
import SMTP

/// A server's reply, and what it is the answer to.
struct UpstreamReply {
    /// What a server's reply answers, in the order of the protocol.
    enum Phase: String {
        case greeting
        case ehlo
        case startTLS = "starttls"
        case auth
        case mail
        case rcpt
        /// DATA, or BDAT with more to come.
        case data
        /// The end of the data, or the last BDAT.
        case message
        case rset
        case noop
        case quit
        /// No command: the server spoke unasked.
        case idle
    }

    let phase: Phase
    let reply: Reply
    /// From the moment it was waited for to its arrival.
    let latency: TimeAmount

    var code: Int { reply.code }
    var enhancedStatus: String? { reply.enhancedStatus }
    var text: String { reply.text }
    var isPositive: Bool { reply.isPositive }
}

extension UpstreamReply.Phase {
    /// What is waited for, in the words of a reply to the client.
    var awaited: String {
        switch self {
        case .greeting: "the greeting"
        case .ehlo: "the reply to EHLO"
        case .startTLS: "the reply to STARTTLS"
        case .auth: "the reply to AUTH"
        case .data: "the reply to DATA"
        case .message: "the reply to the message"
        case .noop: "the reply to NOOP"
        case .mail, .rcpt, .rset, .quit, .idle: "a reply"
        }
    }
}
