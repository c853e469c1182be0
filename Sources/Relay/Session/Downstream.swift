import NIOCore
import Records
import SMTP

/// The client's side of a session: its connection, and the replies that are on their way to it.
final class Downstream: UpstreamAudience {
    let stream: any ByteStream
    private let transcript: Transcript
    private let shared: SharedState
    private var output = ByteBuffer()

    init(stream: any ByteStream, transcript: Transcript, shared: SharedState) {
        self.stream = stream
        self.shared = shared
        self.transcript = transcript
    }

    /// Whether the client has said a command yet.
    var hasAsked = false

    /// Octets that were written and not yet given to the connection.
    var queued: Int { output.readableBytes }

    /// Nobody waits for an answer. A client whose input has ended does, if it has asked for something.
    var isGone: Bool { stream.isGone || isDismissed || !hasAsked && stream.end != nil && stream.input.isEmpty }

    var isDismissed: Bool { shared.isDrainOver }

    /// Whether the client will say no more.
    var hasEnded: Bool { isGone || stream.end != nil && stream.input.isEmpty }

    /// Queues a reply; `direction` tells whose it is.
    func write(_ reply: Reply, _ direction: Direction) {
        guard !stream.isGone else { return transcript.add(.note, text: "nobody is there to be told: \(reply)") }
        transcript.add(direction, reply)
        reply.encode(into: &output)
    }

    func flush() {
        if output.readableBytes > 0 {
            stream.send(output)
            output = ByteBuffer()
        }
        stream.flush()
    }
}
