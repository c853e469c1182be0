import COpenSSL
package import Records
internal import TLS
import Testing

/// The settings of a server (`SSL_CTX`).
package final class ServerContext {
    /// The `SSL_CTX`.
    package let pointer: OpaquePointer

    /// A server that presents `NAME-chain.pem`.
    package init(_ name: String = "mx1", minimum: TLSVersion = .tls12, maximum: TLSVersion = .tls13, ciphers: String? = nil) throws {
        pointer = try #require(SSL_CTX_new(TLS_server_method()))
        SSL_CTX_set_security_level(pointer, 0)
        SSL_CTX_set_min_proto_version(pointer, minimum.wireValue)
        SSL_CTX_set_max_proto_version(pointer, maximum.wireValue)
        SSL_CTX_set_options(pointer, UInt64(SSL_OP_NO_COMPRESSION))
        let base = name.hasSuffix("-alone") || name.hasSuffix("-with-root") ? "mx1" : name
        let key = name == "stuffed" ? "self-signed" : base
        let file = TestCertificates.path("\(TestCertificates.chainFile(name)).pem")
        try #require(SSL_CTX_use_certificate_chain_file(pointer, file) == 1)
        try #require(SSL_CTX_use_PrivateKey_file(pointer, TestCertificates.path("\(key).key"), SSL_FILETYPE_PEM) == 1)
        if let ciphers { try #require(SSL_CTX_set_cipher_list(pointer, ciphers) == 1) }
    }

    deinit { SSL_CTX_free(pointer) }

    /// Refuses every name but mx1.example.net, with alert 112.
    package func enforceServerName() {
        SSL_CTX_set_tlsext_servername_callback(pointer) { ssl, _, _ in
            guard let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            return String(cString: name) == "mx1.example.net" ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL
        }
    }

    /// Has a Diffie-Hellman group of 1024 bits (RFC 2409).
    package func useWeakDH() { SSL_CTX_ctrl(pointer, SSL_CTRL_SET_DH_AUTO, 2, nil) }

    /// Signs by these algorithms alone.
    package func signOnly(with algorithms: String) throws {
        var list = algorithms.utf8CString
        let isSet = list.withUnsafeMutableBufferPointer { SSL_CTX_ctrl(pointer, SSL_CTRL_SET_SIGALGS_LIST, 0, $0.baseAddress) }
        try #require(isSet == 1)
    }

    /// Sends `count` copies of a certificate after the leaf.
    package func addCopies(of name: String, count: Int) throws {
        let file = try #require(BIO_new_file(TestCertificates.path("\(name).pem"), "r"))
        defer { BIO_free(file) }
        let certificate = try #require(PEM_read_bio_X509(file, nil, nil, nil))
        defer { X509_free(certificate) }
        for _ in 0..<count { SSL_CTX_add1_chain_cert(pointer, certificate) }
    }
}
