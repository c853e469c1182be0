internal import CCurl
import Glibc

extension PolicyTransfer {
    /// What a libcurl error means (RFC 8460 4.3.2.2).
    func failure(_ code: CURLcode, _ handle: borrowing EasyHandle) -> FetchError {
        switch code {
        case CURLE_ABORTED_BY_CALLBACK where !watch.isFlooded && request.settings.mark != nil:
            .notMade("SO_MARK cannot be set; it needs CAP_NET_ADMIN")
        case CURLE_SSL_CACERT_BADFILE:
            .notMade("the trusted roots in \(request.settings.caFile ?? "the system's bundle") cannot be read")
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT:
            .notMade("libcurl has no memory")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .failed(STSFailure(.webPKIInvalid, certificateProblem(handle)))
        default:
            .failed(STSFailure(.fetchError, detail(code, handle)))
        }
    }

    private func detail(_ code: CURLcode, _ handle: borrowing EasyHandle) -> String {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            if handle.integer(CURLINFO_APPCONNECT_TIME_T) == 0 {
                let limit = min(request.settings.connectTimeout, request.settings.totalTimeout)
                return "\(places): no TLS connection after \(limit.text)"
            }
            return "timed out after \(request.settings.totalTimeout.text)"
        case CURLE_COULDNT_CONNECT:
            return "could not connect to \(places): \(reason(Int32(clamping: handle.integer(CURLINFO_OS_ERRNO))))"
        case CURLE_FILESIZE_EXCEEDED:
            return "the policy is longer than \(STSPolicy.longestText) octets"
        case CURLE_ABORTED_BY_CALLBACK where watch.isFlooded:
            return "the policy host sends more than \(TLSWatch.mostOctets) octets"
        case CURLE_SSL_CONNECT_ERROR:
            return "TLS handshake failed: \(handle.errorText)"
        default:
            let text = handle.errorText
            return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        }
    }

    private func certificateProblem(_ handle: borrowing EasyHandle) -> String {
        switch Int32(clamping: handle.integer(CURLINFO_SSL_VERIFYRESULT)) {
        case X509_V_ERR_CERT_HAS_EXPIRED: "certificate expired"
        case X509_V_ERR_CERT_NOT_YET_VALID: "certificate not yet valid"
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_OK: "certificate does not name \(request.host)"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "certificate is self-signed"
        case let code: "certificate not trusted: \(X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "\(code)")"
        }
    }

    private var places: String { request.addresses.map(\.description).joined(separator: ", ") }

    private func reason(_ errno: Int32) -> String {
        switch errno {
        case ECONNREFUSED: "connection refused"
        case ENETUNREACH: "network unreachable"
        case EHOSTUNREACH: "host unreachable"
        case ETIMEDOUT: "timed out"
        case ECONNRESET: "connection reset"
        case 0: "no answer"
        default: "error \(errno)"
        }
    }
}

extension Duration {
    /// Such as `60 s` or `0.5 s`.
    fileprivate var text: String {
        let (seconds, attoseconds) = components
        return attoseconds == 0 ? "\(seconds) s" : "\(Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000) s"
    }
}
