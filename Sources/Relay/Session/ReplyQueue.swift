import NIOCore
import SMTP

/// What a client is owed, in the order of its commands: our own answers, and the server's to the commands that were passed on.
///
/// The server's replies are matched with their commands by counting, never by what they say (RFC 2920 3.1).
struct ReplyQueue<Command> {
    private enum Entry {
        case answer(Reply)
        case command(Command, sentAt: NIODeadline)
    }

    private var entries = CircularBuffer<Entry>(initialCapacity: 1)
    private let patience: TimeAmount
    /// How many commands wait for the server.
    private(set) var outstanding = 0
    /// When the oldest of them has waited too long; never, while there is none.
    private(set) var deadline = NIODeadline.distantFuture

    /// A queue for a server that may take `patience` for each reply.
    init(patience: Duration) {
        self.patience = TimeAmount(patience)
    }

    /// How many replies are owed, ours included.
    var count: Int { entries.count }

    /// The oldest command that waits for the server, when nothing is owed before it.
    var oldest: (command: Command, sentAt: NIODeadline)? {
        guard case .command(let command, let sentAt)? = entries.first else { return nil }
        return (command, sentAt)
    }

    /// Owes the client an answer of our own, behind all that it is owed already.
    mutating func append(_ answer: Reply) { entries.append(.answer(answer)) }

    /// Owes the client, or nobody, the server's reply to `command`, sent at `now`.
    mutating func append(_ command: Command, at now: NIODeadline) {
        if outstanding == 0 { deadline = now + patience }
        outstanding += 1
        entries.append(.command(command, sentAt: now))
    }

    /// The server's next reply has arrived: takes the command that it answers; nil when there is none. The next reply has its time from `now`.
    mutating func takeOldest(at now: NIODeadline) -> Command? {
        guard let oldest else { return nil }
        entries.removeFirst()
        outstanding -= 1
        deadline = outstanding > 0 ? now + patience : .distantFuture
        return oldest.command
    }

    /// Takes our next answer, unless a reply of the server is owed before it.
    mutating func nextAnswer() -> Reply? {
        guard case .answer(let answer)? = entries.first else { return nil }
        entries.removeFirst()
        return answer
    }
}
