import NIOCore
import SMTP

/// Moves a message from the client to the server, as it is and as fast as the slower side allows.
///
/// When the server is gone, or the message must not be passed on, the rest is read and dropped: only then does the client read a reply.
struct MessagePipe {
    /// How it went.
    enum End: Equatable {
        /// All octets were read, and passed on unless there was an obstacle.
        case finished(Obstacle?)
        /// The client closed its connection within the message, or was dismissed.
        case clientGone
        /// The client sent nothing for too long.
        case clientStalled
        /// The server took nothing for too long.
        case serverStalled
    }

    /// Why a message was read and not passed on.
    enum Obstacle: Equatable {
        /// The server is gone.
        case lost(StreamEnd)
        /// The server said something before it had all of the message; the last of it was not passed on.
        case answered
        /// What one server takes for text would be the end of the data to another.
        case smuggling(ScanResult.Smuggling)
    }

    /// What has to be moved for the time to begin anew, but for the end of a message.
    private static let progress = 4096

    private let client: Downstream
    /// Nil: there is none to send it to.
    private let leg: Leg?
    private let taps: [any MessageTap]
    private let patience: Duration
    private let clock: any SessionClock
    private let signal: Signal
    private var framing: MessageFraming
    private var obstacle: Obstacle?
    /// Octets read so far, the end of the data included.
    private(set) var octets = 0

    /// A pipe for what the client sends next, up to the end that `framing` tells. Either side may take `patience` for every 4 KiB.
    init(
        _ framing: MessageFraming, from client: Downstream, to leg: Leg?, taps: [any MessageTap] = [], patience: Duration,
        clock: any SessionClock, signal: Signal
    ) {
        self.framing = framing
        self.client = client
        self.leg = leg
        self.taps = taps
        self.patience = patience
        self.clock = clock
        self.signal = signal
    }

    /// Moves all of it.
    mutating func run() async -> End {
        var deadline = clock.end(of: patience)
        var mark = 0
        while true {
            client.stream.pump()
            // An octet now and then is no progress: a session that crawls holds its place, and a connection of the server's.
            if move(), octets - mark >= Self.progress {
                mark = octets
                deadline = clock.end(of: patience)
            }
            if framing.isAtEnd { return .finished(obstacle) }
            if obstacle == nil, let leg {
                leg.stream.pump()
                obstacle = leg.stream.end.map { .lost($0) }
            }
            if client.hasEnded { return .clientGone }
            if clock.now >= deadline { return isDropping || leg?.stream.isWritable != false ? .clientStalled : .serverStalled }
            client.flush()
            leg?.flush()
            // What was taken from the client's input makes room for more.
            client.stream.pump()
            await clock.wait(for: signal, until: deadline)
        }
    }

    /// Whether what is read goes nowhere.
    private var isDropping: Bool { leg == nil || obstacle != nil }

    /// Moves what can be moved now; false if that was nothing.
    private mutating func move() -> Bool {
        let before = octets
        while !framing.isAtEnd, isDropping || leg?.stream.isWritable == true, let piece = framing.next(from: &client.stream.input) {
            octets += piece.taken
            if framing.isAtEnd, !isDropping, leg?.hasReply() == true { obstacle = obstacle ?? .answered }
            if !isDropping {
                for tap in taps { tap.take(piece.octets) }
                leg?.send(data: piece.octets)
            }
            if obstacle == nil { obstacle = piece.smuggling.map { .smuggling($0) } }
        }
        return octets > before
    }
}
