import COpenSSL
import NIOCore

extension TLSConnection {
    /// Goes as far as the input allows. Call it first of all and then after each `receive`, until it is no longer `.inProgress`.
    public func handshake() -> HandshakeProgress {
        switch phase {
        case .open: return .complete
        case .failed(let failure): return .failed(failure)
        case .handshaking: break
        }
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return complete() }
        let error = SSL_get_error(ssl, result)
        if error == SSL_ERROR_WANT_READ { return .inProgress }
        return .failed(fail(error))
    }

    private func complete() -> HandshakeProgress {
        ERR_clear_error()
        if SSL_session_reused(ssl) == 1 {
            peerChain = resuming?.chain
        } else if let presented = SSL_get_peer_cert_chain(ssl) {
            do throws(TLSError) {
                peerChain = try CertificateChain.interned(presented)
            } catch {
                let failure = TLSFailure(kind: .localAlert, detail: error.description)
                phase = .failed(failure)
                return .failed(failure)
            }
        }
        resuming = nil
        phase = .open
        return .complete
    }

    /// Ends the connection with what OpenSSL tells about the error that `SSL_get_error` gave.
    func fail(_ error: Int32) -> TLSFailure {
        let failure = describe(error, OpenSSLError.drain())
        phase = .failed(failure)
        return failure
    }

    private func describe(_ error: Int32, _ reasons: [OpenSSLError]) -> TLSFailure {
        if let alert = reasons.lazy.compactMap(\.remoteAlert).first {
            return TLSFailure(kind: .remoteAlert, alert: alert, detail: "remote alert \(alert) \(alertName(alert))")
        }
        let reason = reasons.first?.text ?? "no reason given"
        if reasons.first(where: { $0.isSSL && $0.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING }) != nil
            || error == SSL_ERROR_SYSCALL
        {
            if case .handshaking = phase { return TLSFailure(kind: .closed, detail: "connection ended during the TLS handshake") }
            return TLSFailure(kind: .closed, detail: "connection ended without close_notify")
        }
        guard error == SSL_ERROR_SSL else {
            return TLSFailure(kind: .internal, detail: "OpenSSL wants \(error): \(reason)")
        }
        if reasons.contains(where: { $0.isSSL && versionReasons.contains($0.reason) }) {
            return TLSFailure(kind: .protocolVersion, alert: state.sentAlert, detail: "protocol version: \(reason)")
        }
        if let alert = state.sentAlert {
            return TLSFailure(kind: .localAlert, alert: alert, detail: "local alert \(alert) \(alertName(alert)): \(reason)")
        }
        return TLSFailure(kind: .internal, detail: reason)
    }
}

/// Reasons of libssl that mean: no common version, or no TLS at all on the other side.
private let versionReasons: Set<Int32> = [
    SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNSUPPORTED_SSL_VERSION, SSL_R_WRONG_SSL_VERSION, SSL_R_WRONG_VERSION_NUMBER, SSL_R_VERSION_TOO_LOW,
    SSL_R_VERSION_TOO_HIGH, SSL_R_UNKNOWN_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_HTTP_REQUEST, SSL_R_BAD_PROTOCOL_VERSION_NUMBER,
]
