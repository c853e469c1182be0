import COpenSSL
import NIOCore

/// What OpenSSL's callbacks reach from a connection: the ciphertext in both directions, the alert it sent, the newest session.
///
/// It is the data pointer of the connection's BIO. Nothing is kept here while the connection is idle.
final class CallbackState {
    /// Whether the transport has ended: a read past the input is then an end of file and not a retry.
    var inputEnded = false
    /// The last fatal alert that OpenSSL queued for the peer.
    private(set) var sentAlert: Int?
    /// The newest resumable session that the peer offered; this object owns one reference.
    private var newestSession: OpaquePointer?

    private var input: [ByteBuffer] = []
    private var head = 0
    private(set) var inputCount = 0
    private var output = ByteBuffer()

    deinit {
        if let newestSession { SSL_SESSION_free(newestSession) }
    }

    // MARK: Ciphertext

    func append(_ buffer: ByteBuffer) {
        guard buffer.readableBytes > 0 else { return }
        inputCount += buffer.readableBytes
        input.append(buffer)
    }

    /// Copies up to `target.count` octets of input. 0: there is none.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        var copied = 0
        while copied < target.count, head < input.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[copied...])
            copied += input[head].readWithUnsafeReadableBytes { source in
                let count = min(source.count, rest.count)
                rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
                return count
            }
            if input[head].readableBytes == 0 { dropHead() }
        }
        inputCount -= copied
        return copied
    }

    private func dropHead() {
        input[head] = ByteBuffer()
        head += 1
        if head == input.count {
            input.removeAll(keepingCapacity: input.capacity <= 4)
            head = 0
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) {
        output.writeBytes(bytes)
    }

    func reserveOutput(_ octets: Int) {
        output.reserveCapacity(minimumWritableBytes: octets)
    }

    func takeOutput() -> ByteBuffer? {
        guard output.readableBytes > 0 else { return nil }
        let result = output
        output = ByteBuffer()
        return result
    }

    // MARK: Alerts and sessions

    /// `value` is what the info callback gets: the level in the high octet, the description in the low one.
    func noteSentAlert(_ value: Int32) {
        guard value >> 8 == SSL3_AL_FATAL else { return }
        sentAlert = Int(value & 0xFF)
    }

    /// Keeps the session instead of the one before; true if this object took over the caller's reference.
    func keep(_ session: OpaquePointer) -> Bool {
        // A ticket may be 64 KiB long; one that is far larger than any real one is not worth its memory.
        var ticketLength = 0
        SSL_SESSION_get0_ticket(session, nil, &ticketLength)
        guard ticketLength <= 8192, SSL_SESSION_is_resumable(session) == 1 else { return false }
        if let newestSession { SSL_SESSION_free(newestSession) }
        newestSession = session
        return true
    }

    /// Hands over the reference to the newest session.
    func takeSession() -> OpaquePointer? {
        defer { newestSession = nil }
        return newestSession
    }
}
