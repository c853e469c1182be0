import NIOCore
import SMTP

/// How the end of a message's octets is told from what follows.
enum MessageFraming {
    /// DATA: the octets end with a line that holds a dot alone (RFC 5321 4.1.1.4).
    case dot(DataScanner)
    /// BDAT: so many octets are still to come (RFC 3030 2).
    case count(Int)

    /// Some of a message's octets.
    struct Piece {
        /// What may be sent on.
        var octets: ByteBuffer
        /// How many were taken from the queue.
        var taken: Int
        /// What makes the message one that must not be sent on.
        var smuggling: ScanResult.Smuggling?
    }

    /// Whether all of the message, or of the chunk, has been taken.
    var isAtEnd: Bool {
        switch self {
        case .dot(let scanner): scanner.isFinished
        case .count(let left): left == 0
        }
    }

    /// Takes what comes next from `queue`, and nothing of what follows the end; nil if the queue is empty.
    mutating func next(from queue: inout ByteQueue) -> Piece? {
        switch self {
        case .count(let left):
            guard let octets = queue.next(atMost: left) else { return nil }
            self = .count(left - octets.readableBytes)
            return Piece(octets: octets, taken: octets.readableBytes)
        case .dot(var scanner):
            guard var chunk = queue.next() else { return nil }
            let size = chunk.readableBytes
            let scan = scanner.scan(&chunk)
            let taken = size - chunk.readableBytes
            queue.putBack(chunk)
            var smuggling: ScanResult.Smuggling?
            if case .smuggling(let what) = scan.outcome {
                smuggling = what
                // What follows is dropped, up to the true end of the data.
                scanner.ignoreSmuggling()
            }
            self = .dot(scanner)
            return Piece(octets: scan.forward, taken: taken, smuggling: smuggling)
        }
    }
}
