import COpenSSL

/// A session that a server offered to resume, with the certificates of the full handshake that began it: a resumed handshake carries none, and
/// they are judged again each time.
///
/// Forget it when a verdict on its chain fails, or when a handshake that offers it does.
public final class TLSResumption: Sendable {
    /// The certificates of the full handshake.
    public let chain: CertificateChain

    /// Sound to share: it is never changed. Connections work on copies, because one that ends without close_notify marks its session as not
    /// resumable.
    private nonisolated(unsafe) let session: OpaquePointer

    /// Copies `session`; `nil` if it can no longer be resumed.
    init?(copying session: OpaquePointer, chain: CertificateChain) {
        guard SSL_SESSION_is_resumable(session) == 1, let copy = SSL_SESSION_dup(session) else {
            ERR_clear_error()
            return nil
        }
        self.session = copy
        self.chain = chain
    }

    /// Seconds for which the server allows it to be resumed (RFC 8446 4.6.1, RFC 5077 3.3), or the library's own bound.
    public var lifetime: Int {
        // 0: the server leaves it to the client.
        let granted = Int(SSL_SESSION_get_ticket_lifetime_hint(session))
        return granted > 0 ? granted : Int(SSL_SESSION_get_timeout(session))
    }

    deinit {
        SSL_SESSION_free(session)
    }

    /// Makes `ssl`, which has not begun its handshake, offer this session.
    func offer(on ssl: OpaquePointer) -> Bool {
        guard let copy = SSL_SESSION_dup(session) else {
            ERR_clear_error()
            return false
        }
        defer { SSL_SESSION_free(copy) }
        return SSL_set_session(ssl, copy) == 1
    }
}
