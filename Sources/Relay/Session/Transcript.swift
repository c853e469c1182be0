import Basics
import Journal
import NIOCore
import SMTP

/// The transcript of one session, on its way to the journal.
///
/// Lines are gathered and handed over with each decision and at the end, so that a short session costs the journal two rows.
final class Transcript {
    /// Lines gathered at the most.
    private static let bound = 64

    let recorder: any Recorder
    private let id: RecordID
    private let clock: any SessionClock
    private let opened: NIODeadline
    private var lines: [TranscriptLine] = []
    private var lastReply: (reply: Reply, text: String)?

    init(id: RecordID, recorder: any Recorder, clock: any SessionClock) {
        self.id = id
        self.recorder = recorder
        self.clock = clock
        opened = clock.now
    }

    /// Adds a line that a peer sent or is sent, escaped.
    func add(_ direction: Direction, _ line: ByteBuffer) {
        add(direction, text: printable(line.readableBytesView, limit: 2048))
    }

    /// Adds a command as the client sent it; what follows AUTH may be a password.
    func add(command line: ByteBuffer) {
        let verb = String(decoding: line.readableBytesView.prefix(5), as: UTF8.self)
        if verb.uppercased() == "AUTH " { add(.clientToWeft, text: "AUTH ...") } else { add(.clientToWeft, line) }
    }

    /// Adds a reply. Most are noted twice, when they arrive and when they are passed on: the text is made once.
    func add(_ direction: Direction, _ reply: Reply) {
        if lastReply?.reply != reply { lastReply = (reply, reply.description) }
        add(direction, text: lastReply?.text ?? "")
    }

    /// Adds a line of printable text.
    func add(_ direction: Direction, text: String) {
        lines.append(TranscriptLine(offset: (clock.now - opened).nanoseconds / 1000, direction: direction, text: text))
        if lines.count >= Self.bound { handOver() }
    }

    /// Gives the gathered lines to the journal.
    func handOver() {
        guard !lines.isEmpty else { return }
        recorder.record(.transcript(id, lines))
        lines = []
    }

    /// Gives the gathered lines to the journal, then `event`.
    func record(_ event: JournalEvent) {
        handOver()
        recorder.record(event)
    }
}
