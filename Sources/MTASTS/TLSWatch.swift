internal import CCurl

/// What OpenSSL saw of one fetch's connection, and the bounds that libcurl has no option for.
///
/// OpenSSL keeps it as long as the context, which may outlive the transfer.
final class TLSWatch {
    /// Most octets that a policy host may send, with everything round the policy: handshake, chunks, records of one octet. What goes on
    /// beyond, such as an endless chunk extension, is work for nothing.
    static let mostOctets = 1 << 20
    /// Longest certificate chain, in octets; what a hundred transfers hold at a time.
    private static let longestChain = 65_536

    /// The policy host said that it closes the connection.
    private(set) var isClosedProperly = false
    private var octets = 0

    /// More came than a policy takes.
    var isFlooded: Bool { octets > Self.mostOctets }

    /// The place of a watch in a context, which lets go of it in the end.
    private static let place = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil) { _, watch, _, _, _, _ in
        if let watch { Unmanaged<TLSWatch>.fromOpaque(watch).release() }
    }

    private static func of(_ ssl: OpaquePointer?) -> TLSWatch? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place).map { Unmanaged<TLSWatch>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Watches the connections of this context; false if it cannot.
    func watch(_ context: OpaquePointer) -> Bool {
        let me = Unmanaged.passRetained(self)
        guard SSL_CTX_set_ex_data(context, Self.place, me.toOpaque()) == 1 else {
            me.release()
            return false
        }
        // libcurl takes a connection that ends without close_notify for complete, whatever OpenSSL says.
        SSL_CTX_set_info_callback(context) { ssl, event, value in
            // The low octet of an alert is its description; 0 is close_notify (RFC 8446 6).
            guard event == SSL_CB_READ_ALERT, value & 0xff == 0 else { return }
            TLSWatch.of(ssl)?.isClosedProperly = true
        }
        SSL_CTX_set_msg_callback(context) { isWritten, _, type, header, count, ssl, _ in
            guard isWritten == 0, type == SSL3_RT_HEADER, count >= 5, let header else { return }
            // RFC 8446 5.1: the length is in the last two of the header's five octets.
            let octets = UnsafeRawBufferPointer(start: header, count: 5)
            TLSWatch.of(ssl)?.octets += 5 + Int(octets[3]) << 8 + Int(octets[4])
        }
        // A server that sends session tickets without end must not keep the thread in one call of SSL_read.
        SSL_CTX_ctrl(context, SSL_CTRL_CLEAR_MODE, Int(SSL_MODE_AUTO_RETRY), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_CERT_LIST, Self.longestChain, nil)
        return true
    }
}
