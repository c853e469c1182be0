import COpenSSL
import Records

/// The settings that many client connections share (`SSL_CTX`). Make one per minimum version, not one per connection.
///
/// A handshake under it never verifies certificates: it is judged afterwards, by `CertificateChain`'s verification functions, because only
/// then is it known for which recipient and so by which policy.
public final class TLSContext: Sendable {
    /// Octets of certificates that a peer may send: OpenSSL's own default, and so what MTAs take. Their number is not bounded besides.
    static let maximumCertificateOctets = 100 * 1024
    /// Bits of a finite-field Diffie-Hellman group that a server may choose. Larger ones only burn our CPU: one of 10,000 bits, which
    /// OpenSSL would accept, takes the better part of a second.
    static let maximumDHBits: Int32 = 4096

    /// Groups for the key exchange, best first: OpenSSL's own list without the finite fields that are larger still.
    static let groups = "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096"

    /// The oldest version that is spoken.
    public let minimum: TLSVersion

    /// Sound to share: OpenSSL counts references atomically, and no setting changes after `init`.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// A context for client legs that speaks `minimum` and newer.
    ///
    /// It takes weak algorithms (OpenSSL's security level 0) and servers without RFC 5746, as MTAs do: where no policy demands TLS, weak encryption
    /// is better than none (RFC 7435), and where one does, the certificate is judged by it.
    public init(minimum: TLSVersion) throws(TLSError) {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .openSSL("cannot make a TLS context") }
        self.minimum = minimum
        pointer = context
        SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION)
        SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        SSL_CTX_set_max_cert_list(context, TLSContext.maximumCertificateOctets)
        SSL_CTX_set_cert_verify_callback(context, { _, _ in 1 }, nil)
        // Sessions are kept by whoever dials, beside the chain that they came with.
        SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        SSL_CTX_sess_set_new_cb(context) { ssl, session in
            guard let session, let state = CiphertextBIO.state(ofSSL: ssl) else { return 0 }
            return state.keep(session) ? 1 : 0
        }
        SSL_CTX_set_info_callback(context) { ssl, type, value in
            guard type == SSL_CB_ALERT | SSL_CB_WRITE else { return }
            CiphertextBIO.state(ofSSL: ssl)?.noteSentAlert(value)
        }
        limitDHGroups(context)
        var groups = TLSContext.groups.utf8CString
        let groupsSet = groups.withUnsafeMutableBufferPointer { SSL_CTX_set1_groups_list(context, $0.baseAddress) }
        guard groupsSet == 1 else { throw .openSSL("cannot set the key exchange groups") }
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT)
        guard SSL_CTX_set_min_proto_version(context, minimum.wireValue) == 1 else {
            throw .openSSL("cannot set TLS \(minimum.rawValue) as the minimum")
        }
    }

    deinit {
        SSL_CTX_free(pointer)
    }
}

/// OpenSSL's own security callback, to which ours adds one rule. It is the same function in every context.
private let defaultSecurityCallback: SecurityCallback? = {
    guard let context = SSL_CTX_new(TLS_client_method()) else { return nil }
    defer { SSL_CTX_free(context) }
    return SSL_CTX_get_security_callback(context)
}()

private typealias SecurityCallback =
    @convention(c) (
        OpaquePointer?, OpaquePointer?, Int32, Int32, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> Int32

private func limitDHGroups(_ context: OpaquePointer) {
    guard defaultSecurityCallback != nil else { return }
    SSL_CTX_set_security_callback(context) { ssl, context, operation, bits, number, other, extra in
        if operation == SSL_SECOP_TMP_DH, let other, EVP_PKEY_get_bits(OpaquePointer(other)) > TLSContext.maximumDHBits { return 0 }
        return defaultSecurityCallback?(ssl, context, operation, bits, number, other, extra) ?? 0
    }
}
