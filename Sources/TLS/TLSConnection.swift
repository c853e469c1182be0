import Basics
import COpenSSL
import NIOCore
import Records

/// The client side of one TLS connection, without I/O: ciphertext goes in and out as buffers.
///
/// Confined to one event loop. After a failure every call fails the same way; what `takeOutput` still gives (an alert) should be sent.
public final class TLSConnection {
    enum Phase {
        case handshaking
        case open
        case failed(TLSFailure)
    }

    /// The name sent as SNI, lower case; `nil` if none was.
    public let serverName: DomainName?
    /// Whether the peer has sent close_notify: there will be no more plaintext.
    public internal(set) var isClosedByPeer = false
    /// The certificates that the peer proved to own: in this handshake, or in the one that began the resumed session. `nil` before the
    /// handshake is complete.
    public internal(set) var peerChain: CertificateChain?

    let ssl: OpaquePointer
    let state: CallbackState
    var phase = Phase.handshaking
    var resuming: TLSResumption?

    /// A connection that has sent nothing yet: call `handshake()` first.
    ///
    /// - Parameters:
    ///   - serverName: the SNI; a name that does not fit ``DomainName/Grammar/reference`` is not sent.
    ///   - resuming: a session of the same server name, from `takeResumption`.
    public init(context: TLSContext, serverName: DomainName?, resuming: TLSResumption?) throws(TLSError) {
        guard let ssl = SSL_new(context.pointer) else { throw .openSSL("cannot make a TLS connection") }
        let state = CallbackState()
        guard let bio = CiphertextBIO.make(over: state) else {
            SSL_free(ssl)
            throw .openSSL("cannot make a TLS connection")
        }
        SSL_set_bio(ssl, bio, bio)
        SSL_set_connect_state(ssl)
        self.ssl = ssl
        self.state = state
        self.serverName = serverName.flatMap { $0.fits(.reference) ? $0 : nil }
        if let name = self.serverName, SSL_set_tlsext_host_name(ssl, name.text) != 1 {
            throw .openSSL("cannot send \(name) as SNI")
        }
        if let resuming, resuming.offer(on: ssl) { self.resuming = resuming }
    }

    deinit {
        // Frees the BIO as well, whose callbacks reach `state`: before `state` goes.
        SSL_free(ssl)
    }

    /// Appends ciphertext from the peer. Nothing happens with it before `handshake()` or `read()`.
    ///
    /// Some messages make TLS answer at once, with no more octets than they took: whoever stops receiving while earlier output is unsent
    /// bounds both queues.
    public func receive(_ ciphertext: ByteBuffer) {
        state.append(ciphertext)
    }

    /// The transport has ended: once the input is used up, reads fail as truncated unless the peer said close_notify.
    public func inputEnded() {
        state.inputEnded = true
    }

    /// Ciphertext to send; `nil` if there is none.
    public func takeOutput() -> ByteBuffer? {
        state.takeOutput()
    }

    /// Queues close_notify if the connection is open.
    public func close() {
        guard case .open = phase else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// What the handshake agreed on; `nil` before it is complete.
    public var info: TLSInfo? {
        guard SSL_is_init_finished(ssl) == 1, let version = TLSVersion(wireValue: SSL_version(ssl)),
            let cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))
        else { return nil }
        return TLSInfo(version: version, cipher: String(cString: cipher), resumed: SSL_session_reused(ssl) == 1)
    }

    /// The newest session that the peer offered since the last call, for a later connection to the same server name. TLS 1.3 servers offer
    /// theirs after the handshake, so that it appears after the first `read()`.
    public func takeResumption() -> TLSResumption? {
        guard let peerChain, let session = state.takeSession() else { return nil }
        defer { SSL_SESSION_free(session) }
        return TLSResumption(copying: session, chain: peerChain)
    }
}
