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

    var isGone: Bool { stream.end != nil || isDismissed }

    var isDismissed: Bool { shared.isDrainOver }

    /// Whether nothing more of what the client says will be heard.
    var hasEnded: Bool { isDismissed || stream.end != nil && stream.input.isEmpty }

    /// Queues a reply; `direction` tells whose it is.
    func write(_ reply: Reply, _ direction: Direction) {
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
