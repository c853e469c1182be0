import Basics
import COpenSSL
import FoundationEssentials

/// One run of `X509_verify_cert` over a peer's chain, for the purpose of a TLS server.
struct ChainVerification: ~Copyable {
    /// Most intermediate certificates between the leaf and the root.
    private static let maximumDepth: Int32 = 10

    private let context: OpaquePointer
    private let parameters: OpaquePointer

    /// `store` and `chain` must outlive the verification.
    init(_ chain: CertificateStack, store: OpaquePointer, now: Date) throws(TLSError) {
        guard let context = X509_STORE_CTX_new() else { throw .openSSL("cannot verify") }
        guard X509_STORE_CTX_init(context, store, chain[0], chain.pointer) == 1,
            X509_STORE_CTX_set_default(context, "ssl_server") == 1,
            let parameters = X509_STORE_CTX_get0_param(context)
        else {
            X509_STORE_CTX_free(context)
            throw .openSSL("cannot verify")
        }
        self.context = context
        self.parameters = parameters
        X509_VERIFY_PARAM_set_depth(parameters, ChainVerification.maximumDepth)
        X509_VERIFY_PARAM_set_time(parameters, Int(max(-1e15, min(1e15, now.timeIntervalSince1970))))
    }

    deinit {
        X509_STORE_CTX_free(context)
    }

    /// Takes any certificate of the store for a trust anchor, self-signed or not, as RFC 5280 6.1.1 does; and refuses keys and signatures
    /// weaker than 80 bits, such as SHA-1's.
    func usePKIXRules() {
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_auth_level(parameters, 1)
    }

    /// Matches the chain against the TLSA records of `ssl`, and the leaf against `names` where the usage demands it.
    func useDANE(of ssl: OpaquePointer, names: [String]) throws(TLSError) {
        X509_STORE_CTX_set0_dane(context, SSL_get0_dane(ssl))
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        for name in names {
            guard X509_VERIFY_PARAM_add1_host(parameters, name, name.utf8.count) == 1 else { throw .openSSL("cannot verify") }
        }
    }

    /// `X509_V_OK`, or the code of the first error.
    func run() -> Int32 {
        ERR_clear_error()
        defer { ERR_clear_error() }
        if X509_verify_cert(context) == 1 { return X509_V_OK }
        let error = X509_STORE_CTX_get_error(context)
        return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error
    }

    /// OpenSSL's words for `error`, and which certificate it is about.
    func describe(_ error: Int32) -> String {
        let text = X509_verify_cert_error_string(Int(error)).map { String(cString: $0) } ?? "error \(error)"
        let depth = X509_STORE_CTX_get_error_depth(context)
        return printable(depth == 0 ? text : "\(text) (at depth \(depth))", limit: 200, escapingBackslash: true)
    }

    /// The earliest end of validity in the path that was built.
    func pathEnd() -> Date {
        guard let path = X509_STORE_CTX_get0_chain(context) else { return .distantPast }
        var end = Date.distantFuture
        for index in 0..<max(0, sk_X509_num(path)) {
            end = min(end, date(X509_get0_notAfter(sk_X509_value(path, index))) ?? .distantPast)
        }
        return end
    }
}
