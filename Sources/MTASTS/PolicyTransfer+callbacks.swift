import Basics
internal import CCurl
import Glibc

extension PolicyTransfer {
    /// libcurl calls back on the thread that runs the transfer, only during `perform()`, while `run()` keeps `self` alive.
    private static func transfer(_ data: UnsafeMutableRawPointer?) -> PolicyTransfer? {
        data.map { Unmanaged<PolicyTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    func setCallbacks(_ handle: inout EasyHandle) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        easy = handle.pointer
        handle.set(CURLOPT_HEADERDATA, pointer: me)
        handle.set(CURLOPT_HEADERFUNCTION) { data, size, count, me in
            guard let transfer = PolicyTransfer.transfer(me), let data else { return 0 }
            transfer.noteCertificate()
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            return transfer.response.header(line) ? line.count : 0
        }
        handle.set(CURLOPT_WRITEDATA, pointer: me)
        handle.set(CURLOPT_WRITEFUNCTION) { data, size, count, me in
            guard let transfer = PolicyTransfer.transfer(me), let data else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
            return transfer.response.append(bytes) ? bytes.count : 0
        }
        handle.set(CURLOPT_NOPROGRESS, 0)
        handle.set(CURLOPT_XFERINFODATA, pointer: me)
        handle.set(CURLOPT_XFERINFOFUNCTION) { me, _, _, _, _ in
            PolicyTransfer.transfer(me)?.request.isCancelled() == false ? 0 : 1
        }
        handle.set(CURLOPT_SOCKOPTDATA, pointer: me)
        handle.set(CURLOPT_SOCKOPTFUNCTION) { me, socket, _ in
            guard let mark = PolicyTransfer.transfer(me)?.request.settings.mark else { return CURL_SOCKOPT_OK }
            // Without the mark our own redirect rules would take the connection.
            var value = UInt32(truncatingIfNeeded: mark)
            let size = socklen_t(MemoryLayout<UInt32>.size)
            return setsockopt(socket, SOL_SOCKET, SO_MARK, &value, size) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR
        }
        handle.set(CURLOPT_SSL_CTX_DATA, pointer: me)
        handle.set(CURLOPT_SSL_CTX_FUNCTION) { _, context, me in
            guard let transfer = PolicyTransfer.transfer(me), let context else { return CURLE_SSL_CERTPROBLEM }
            transfer.watchAlerts(OpaquePointer(context))
            return transfer.requireDNSName(OpaquePointer(context)) ? CURLE_OK : CURLE_SSL_CERTPROBLEM
        }
    }

    /// RFC 8461 3.3: the certificate must have a DNS-ID for the policy host. libcurl alone would take the common name of a certificate
    /// without any SAN, so OpenSSL checks as well, by RFC 6125 without CN and without partial wildcards.
    private func requireDNSName(_ context: OpaquePointer) -> Bool {
        guard let parameters = SSL_CTX_get0_param(context) else { return false }
        X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return X509_VERIFY_PARAM_set1_host(parameters, request.host.text, request.host.text.utf8.count) == 1
    }

    /// Notes a close_notify. libcurl takes a connection that ends without one for complete, whatever OpenSSL says.
    private func watchAlerts(_ context: OpaquePointer) {
        SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_info_callback(context) { ssl, event, value in
            // The low octet of an alert is its description; 0 is close_notify (RFC 8446 6).
            guard event == SSL_CB_READ_ALERT, value & 0xff == 0 else { return }
            PolicyTransfer.transfer(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0))?.isClosedProperly = true
        }
    }

    /// Takes the certificate's digest while the connection is there.
    private func noteCertificate() {
        guard certificateSHA256 == nil, let easy else { return }
        var session: UnsafeMutablePointer<curl_tlssessioninfo>?
        guard curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK, let ssl = session?.pointee.internals,
            let certificate = SSL_get1_peer_certificate(OpaquePointer(ssl))
        else { return }
        defer { X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1 else { return }
        certificateSHA256 = hexadecimal(digest.prefix(Int(length)))
    }
}
