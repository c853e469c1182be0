import Basics
import COpenSSL

/// One entry of OpenSSL's per-thread error queue.
struct OpenSSLError {
    /// The reason within its library.
    let reason: Int32
    /// Whether the library is libssl; reasons of others mean other things.
    let isSSL: Bool
    /// OpenSSL's words for the reason.
    let text: String

    /// The fatal alert that the peer sent, if that is what this entry tells.
    var remoteAlert: Int? {
        // SSL_AD_REASON_OFFSET: libssl reports a received alert n as reason 1000 + n.
        isSSL && (1000...1255).contains(reason) ? Int(reason) - 1000 : nil
    }

    /// Takes every entry, oldest first; the first four are returned.
    static func drain() -> [OpenSSLError] {
        var errors: [OpenSSLError] = []
        while case let code = ERR_get_error(), code != 0 {
            guard errors.count < 4 else { continue }
            let text = ERR_reason_error_string(code).map { String(cString: $0) }
            errors.append(
                OpenSSLError(
                    reason: ERR_GET_REASON(code), isSSL: ERR_GET_LIB(code) == ERR_LIB_SSL,
                    text: printable(text ?? "OpenSSL error \(code)", limit: 120, escapingBackslash: true)))
        }
        return errors
    }
}
