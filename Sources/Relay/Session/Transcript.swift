import Basics
import NIOCore
import Records
import SMTP

/// The transcript of one session or probe, on its way to where it is kept.
///
/// Lines are gathered and handed over with each decision and at the end, so that a short session costs the journal two rows.
final class Transcript {
    /// Lines gathered at the most.
    private static let bound = 64
    /// Octets of text that one session may have kept: more than any that moves mail has, and little beside a journal.
    private static let octets = 1 << 20
    private var octetsLeft = Transcript.octets

    private let sink: ([TranscriptLine]) -> Void
    private let clock: any SessionClock
    private let opened: NIODeadline
    private var lines: [TranscriptLine] = []
    private var lastReply: (reply: Reply, text: String)?

    /// A transcript whose lines go to `sink`, their times counted from now.
    init(clock: any SessionClock, sink: @escaping ([TranscriptLine]) -> Void) {
        self.clock = clock
        self.sink = sink
        opened = clock.now
    }

    /// Adds a line that a peer sent or is sent, escaped.
    func add(_ direction: Direction, _ line: ByteBuffer) {
        // What is not kept is not worked out.
        guard octetsLeft > 0 else { return }
        add(direction, text: printable(line.readableBytesView, limit: 2048))
    }

    /// Adds a command as the client sent it; what follows AUTH may be a password.
    func add(command line: ByteBuffer) {
        let verb = String(decoding: line.readableBytesView.prefix(5), as: UTF8.self)
        if verb.uppercased() == "AUTH " { add(.clientToWeft, text: "AUTH ...") } else { add(.clientToWeft, line) }
    }

    /// Adds a reply. Most are noted twice, when they arrive and when they are passed on: the text is made once.
    func add(_ direction: Direction, _ reply: Reply) {
        guard octetsLeft > 0 else { return }
        if lastReply?.reply != reply { lastReply = (reply, reply.description) }
        add(direction, text: lastReply?.text ?? "")
    }

    /// Adds a line of printable text.
    func add(_ direction: Direction, text: String) {
        guard octetsLeft > 0 else { return }
        octetsLeft -= text.utf8.count + 16
        guard octetsLeft > 0 else { return append(.note, "the transcript ends here: it has more than \(Self.octets) octets") }
        append(direction, text)
    }

    private func append(_ direction: Direction, _ text: String) {
        lines.append(TranscriptLine(offset: (clock.now - opened).nanoseconds / 1000, direction: direction, text: text))
        if lines.count >= Self.bound { handOver() }
    }

    /// Gives the gathered lines away.
    func handOver() {
        guard !lines.isEmpty else { return }
        sink(lines)
        lines = []
    }
}
