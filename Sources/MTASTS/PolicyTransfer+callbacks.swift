import Basics
internal import CCurl
import Glibc

extension PolicyTransfer {
    /// libcurl calls back on the engine's thread, only while the transfer is with the multi handle; so long the engine keeps it alive.
    private static func transfer(_ data: UnsafeMutableRawPointer?) -> PolicyTransfer? {
        data.map { Unmanaged<PolicyTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    func setCallbacks(_ handle: inout EasyHandle) {
        let me = Unmanaged.passUnretained(self).toOpaque()
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
            guard let transfer = PolicyTransfer.transfer(me) else { return 1 }
            return transfer.watch.isFlooded ? 1 : 0
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
            let isBound = transfer.watch.watch(OpaquePointer(context)) && transfer.requireDNSName(OpaquePointer(context))
            return isBound ? CURLE_OK : CURLE_SSL_CERTPROBLEM
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

    /// Takes the certificate's digest while the connection is there.
    private func noteCertificate() {
        guard certificateSHA256 == nil else { return }
        var session: UnsafeMutablePointer<curl_tlssessioninfo>?
        guard curl_easy_getinfo(handle.pointer, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK, let ssl = session?.pointee.internals,
            let certificate = SSL_get1_peer_certificate(OpaquePointer(ssl))
        else { return }
        defer { X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1 else { return }
        certificateSHA256 = hexadecimal(digest.prefix(Int(length)))
    }
}
