import COpenSSL
import NIOCore

extension TLSConnection {
    /// Most octets of plaintext that one `read()` returns.
    static let readLimit = 64 * 1024

    /// The plaintext that is there, up to 64 KiB; call it until `nil`, which means that more input is needed or that the peer said
    /// close_notify (`isClosedByPeer`). A failure that follows plaintext is thrown by the next call.
    public func read() throws(TLSFailure) -> ByteBuffer? {
        switch phase {
        case .handshaking: return nil
        case .failed(let failure): throw failure
        case .open: break
        }
        guard !isClosedByPeer else { return nil }
        ERR_clear_error()
        var plaintext: ByteBuffer?
        while plaintext?.readableBytes ?? 0 < TLSConnection.readLimit {
            // Looking first makes OpenSSL open the next record, whose size is then known: the buffer is no larger than it must be.
            var octet: UInt8 = 0
            var seen = 0
            guard SSL_peek_ex(ssl, &octet, 1, &seen) == 1 else {
                let error = SSL_get_error(ssl, 0)
                if error == SSL_ERROR_ZERO_RETURN {
                    isClosedByPeer = true
                } else if error == SSL_ERROR_WANT_READ {
                    // A session ticket makes OpenSSL take a buffer of 16 KiB for an answer that never comes.
                    SSL_free_buffers(ssl)
                } else {
                    let failure = fail(error)
                    guard plaintext != nil else { throw failure }
                }
                break
            }
            let pending = Int(SSL_pending(ssl))
            var buffer = plaintext ?? ByteBuffer()
            plaintext = nil
            let room = min(pending, TLSConnection.readLimit - buffer.readableBytes)
            if buffer.writableBytes < room {
                buffer.reserveCapacity(minimumWritableBytes: min(room + state.inputCount, TLSConnection.readLimit - buffer.readableBytes))
            }
            var count = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                guard SSL_read_ex(ssl, target.baseAddress, room, &count) == 1 else { return 0 }
                return count
            }
            plaintext = buffer
            guard count > 0 else {
                let failure = fail(SSL_ERROR_SSL)
                guard buffer.readableBytes > 0 else { throw failure }
                break
            }
        }
        return plaintext
    }

    /// Encrypts all of `plaintext`, in records of 16 KiB and one for the rest; `takeOutput()` has them.
    public func write(_ plaintext: ByteBuffer) throws(TLSFailure) {
        switch phase {
        case .handshaking: throw TLSFailure(kind: .internal, detail: "write before the TLS handshake is complete")
        case .failed(let failure): throw failure
        case .open: break
        }
        let count = plaintext.readableBytes
        guard count > 0 else { return }
        // Header, nonce, padding and MAC add at most 85 octets to a record (CBC with SHA-384).
        state.reserveOutput(count + (count / 16384 + 1) * 90)
        ERR_clear_error()
        let error = plaintext.withUnsafeReadableBytes { bytes -> Int32 in
            var written = 0
            // The BIO takes whatever comes, so that one call writes everything.
            if SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written) == 1 { return SSL_ERROR_NONE }
            return SSL_get_error(ssl, 0)
        }
        guard error == SSL_ERROR_NONE else { throw fail(error) }
    }
}
