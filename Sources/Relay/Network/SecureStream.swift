import NIOCore
import SMTP
import TLS

/// TLS over another stream, as a ``ByteStream``.
///
/// Ciphertext is decrypted when the session looks for input, not when it arrives, so that a session that does not read leaves
/// it in the stream below, which then stops reading from its socket.
final class SecureStream: ByteStream {
    /// Decrypted input above this is not added to.
    private static let inputBound = 64 * 1024
    /// The most plaintext that one TLS record holds (RFC 8446 5.1).
    private static let record = 16 * 1024

    var input = ByteQueue()
    private(set) var end: StreamEnd?
    private(set) var received: Int
    /// Plaintext that waits for more, up to a full record, or for `flush`.
    private var gathered = ByteBuffer()
    /// Whether TLS had something to answer that the peer takes no more of. Nothing is read from it until it does: it could demand answers
    /// without end, which would all wait here.
    private var answersWait = false
    /// Whether the connection knows that no more ciphertext comes.
    private var isInputEnded = false
    private let connection: TLSConnection
    private let transport: any ByteStream
    private let onResumption: (TLSResumption) -> Void

    /// TLS on `transport`, after a complete handshake. `onResumption` gets sessions that the server offers for later.
    init(_ connection: TLSConnection, over transport: any ByteStream, onResumption: @escaping (TLSResumption) -> Void) {
        self.connection = connection
        self.transport = transport
        received = transport.received
        self.onResumption = onResumption
    }

    var isGone: Bool { transport.isGone }

    var isWritable: Bool { transport.isWritable }

    func pump() {
        transport.pump()
        if transport.isWritable { answersWait = false }
        guard end == nil, input.count < Self.inputBound, !answersWait else { return }
        do throws(TLSFailure) {
            repeat { try decrypt() } while input.count < Self.inputBound && takeCiphertext()
            if connection.isClosedByPeer { end = .closed }
            if let resumption = connection.takeResumption() { onResumption(resumption) }
        } catch {
            // A connection that ends without close_notify is as good as closed: SMTP says itself where a reply ends.
            end = error.kind == .closed ? transport.end ?? .closed : .tls(error)
        }
        transport.pump()
        sendAnswers()
        if end == nil, !answersWait, input.count < Self.inputBound { end = transport.end }
    }

    private func decrypt() throws(TLSFailure) {
        while input.count < Self.inputBound, let plaintext = try connection.read() {
            received += plaintext.readableBytes
            input.append(plaintext)
        }
    }

    /// Hands on one buffer of what arrived below, or its end; false if there is neither.
    ///
    /// Never more than is needed: below it counts, and stops the reading from the socket.
    private func takeCiphertext() -> Bool {
        sendAnswers()
        guard !answersWait else { return false }
        if let ciphertext = transport.input.next() {
            connection.receive(ciphertext)
            return true
        }
        guard transport.end != nil, !isInputEnded else { return false }
        isInputEnded = true
        connection.inputEnded()
        return true
    }

    func send(_ bytes: ByteBuffer) {
        // What arrives in pieces of a packet each would become as many records, which cost three times as much as full ones.
        if gathered.readableBytes == 0, bytes.readableBytes >= Self.record {
            encrypt(bytes)
        } else {
            gathered.writeImmutableBuffer(bytes)
            if gathered.readableBytes >= Self.record { encryptGathered() }
        }
    }

    func flush() {
        encryptGathered()
        transport.flush()
    }

    func close() {
        sayGoodbye()
        transport.close()
    }

    func closeGently() {
        sayGoodbye()
        transport.closeGently()
    }

    /// close_notify behind what is queued (RFC 8446 6.1).
    private func sayGoodbye() {
        encryptGathered()
        connection.close()
        sendOutput()
    }

    func abort() {
        transport.abort()
    }

    private func encryptGathered() {
        guard gathered.readableBytes > 0 else { return }
        encrypt(gathered)
        // Released, not kept: an idle connection holds no buffers.
        gathered = ByteBuffer()
    }

    private func encrypt(_ plaintext: ByteBuffer) {
        do throws(TLSFailure) {
            try connection.write(plaintext)
        } catch {
            if end == nil { end = .tls(error) }
        }
        sendOutput()
    }

    /// Sends what TLS itself has to say at once: the session knows nothing of it and would not flush.
    private func sendAnswers() {
        guard sendOutput() else { return }
        transport.flush()
        if !transport.isWritable { answersWait = true }
    }

    /// False if there is none.
    @discardableResult private func sendOutput() -> Bool {
        guard let ciphertext = connection.takeOutput() else { return false }
        transport.send(ciphertext)
        return true
    }
}
