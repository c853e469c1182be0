import NIOCore
import SMTP

/// A connection to a peer as a session sees it: a queue of bytes that arrived, and a place to put bytes that leave.
///
/// The session never waits on a stream; it waits on its ``Signal``, which every stream raises. Confined to the session's event loop.
protocol ByteStream: AnyObject {
    /// What arrived and was not used yet. Reading from the peer stops while this is above its bound.
    var input: ByteQueue { get set }
    /// Whether more can arrive, and if not, why.
    var end: StreamEnd? { get }
    /// Whether nobody gets what is sent any more: the connection is closed both ways, or broken. A peer whose input ended may still read.
    var isGone: Bool { get }
    /// False while more is waiting to be sent than should be.
    var isWritable: Bool { get }
    /// Bytes received so far, as the session sees them (after decryption).
    var received: Int { get }

    /// Brings `input` up to date with what the peer sent, and lets the peer go on when there is room again. Call before looking at
    /// `input`, and before waiting for more.
    func pump()
    /// Queues bytes to be sent.
    func send(_ bytes: ByteBuffer)
    /// Sends what is queued.
    func flush()
    /// Sends what is queued and closes.
    func close()
    /// Sends what is queued and closes once the peer has, or after a while. For a peer that may be saying something right now: a system
    /// that closes over unread octets resets the connection, and the peer may never see what it was sent.
    func closeGently()
    /// Closes at once; what is queued is lost.
    func abort()
}
