import COpenSSL

/// TLSA records in the only place where OpenSSL keeps them: an `SSL`, which is never connected.
struct TLSAMatcher: ~Copyable {
    /// A record that matched, and the depth of the certificate.
    struct Match {
        let usage: UInt8
        let selector: UInt8
        let matchingType: UInt8
        let data: [UInt8]
        let depth: Int
    }

    let ssl: OpaquePointer
    /// A store without any root.
    let store: OpaquePointer

    init() throws(TLSError) {
        guard let context = daneContext, let store = emptyStore, let ssl = SSL_new(context) else { throw .openSSL("cannot use DANE") }
        // The name here would be the first reference identifier and the SNI; names are given to the verification instead.
        guard SSL_dane_enable(ssl, nil) == 1 else {
            SSL_free(ssl)
            throw .openSSL("cannot use DANE")
        }
        self.ssl = ssl
        self.store = store
        // RFC 7672 3.1.1: usage 3 takes no notice of names.
        SSL_dane_set_flags(ssl, UInt(DANE_FLAG_NO_DANE_EE_NAMECHECKS))
    }

    deinit {
        SSL_free(ssl)
    }

    /// Adds a record; false if it is not usable.
    func add(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) throws(TLSError) -> Bool {
        guard !data.isEmpty else { return false }
        ERR_clear_error()
        let result = SSL_dane_tlsa_add(ssl, usage, selector, matchingType, data, data.count)
        guard result >= 0 else { throw .openSSL("cannot use a TLSA record") }
        ERR_clear_error()
        return result > 0
    }

    /// The record that a successful verification ended with.
    func match() -> Match? {
        var usage: UInt8 = 0
        var selector: UInt8 = 0
        var matchingType: UInt8 = 0
        var data: UnsafePointer<UInt8>?
        var count = 0
        let depth = SSL_get0_dane_tlsa(ssl, &usage, &selector, &matchingType, &data, &count)
        guard depth >= 0 else { return nil }
        let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
        return Match(usage: usage, selector: selector, matchingType: matchingType, data: bytes, depth: Int(depth))
    }
}

/// The context of every matcher. Sound to share: nothing changes after this.
private nonisolated(unsafe) let daneContext: OpaquePointer? = {
    guard let context = SSL_CTX_new(TLS_client_method()), SSL_CTX_dane_enable(context) == 1 else { return nil }
    return context
}()

/// Sound to share: nothing is ever added.
private nonisolated(unsafe) let emptyStore: OpaquePointer? = X509_STORE_new()
