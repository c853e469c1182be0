import COpenSSL

/// An owned `STACK_OF(X509)`, leaf first, that never changes.
///
/// Sound to share between threads: OpenSSL counts references atomically and locks what it caches in a certificate on first use.
final class CertificateStack: @unchecked Sendable {
    let pointer: OpaquePointer
    let count: Int

    /// Shares the certificates of `stack`, which stays the caller's.
    init(sharing stack: OpaquePointer) throws(TLSError) {
        let count = Int(sk_X509_num(stack))
        guard count > 0 else { throw TLSError("a chain of no certificates") }
        guard let copy = X509_chain_up_ref(stack) else { throw .openSSL("cannot keep the certificates") }
        pointer = copy
        self.count = count
    }

    /// Parses certificates.
    init(der certificates: [[UInt8]]) throws(TLSError) {
        guard !certificates.isEmpty else { throw TLSError("a chain of no certificates") }
        let octets = certificates.reduce(0) { $0 + $1.count }
        guard octets <= TLSContext.maximumCertificateOctets else {
            throw TLSError("\(octets) octets of certificates; at most \(TLSContext.maximumCertificateOctets) are taken")
        }
        guard let stack = sk_X509_new_null() else { throw .openSSL("cannot keep the certificates") }
        pointer = stack
        count = certificates.count
        for (index, der) in certificates.enumerated() {
            guard let certificate = CertificateStack.parse(der) else {
                throw .openSSL("certificate \(index + 1) of \(certificates.count) is not valid DER")
            }
            guard sk_X509_push(stack, certificate) > 0 else {
                X509_free(certificate)
                throw .openSSL("cannot keep the certificates")
            }
        }
    }

    deinit {
        sk_X509_pop_free(pointer)
    }

    /// One certificate; its reference stays with the stack. `nil` past the end.
    subscript(index: Int) -> OpaquePointer? {
        guard (0..<count).contains(index) else { return nil }
        return sk_X509_value(pointer, Int32(index))
    }

    /// The encoding of one certificate.
    func der(_ index: Int) -> [UInt8] {
        guard let certificate = self[index] else { return [] }
        let size = i2d_X509(certificate, nil)
        guard size > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, written in
            var next = buffer.baseAddress
            written = max(0, Int(i2d_X509(certificate, &next)))
        }
    }

    /// Makes `stack`, which holds equal certificates, refer to the ones here, so that its own copies are freed.
    func replaceCertificates(of stack: OpaquePointer) {
        for index in 0..<min(Int32(count), sk_X509_num(stack)) {
            guard let shared = sk_X509_value(pointer, index), sk_X509_value(stack, index) != shared, X509_up_ref(shared) == 1 else {
                continue
            }
            let own = sk_X509_value(stack, index)
            sk_X509_set(stack, index, shared)
            X509_free(own)
        }
    }

    private static func parse(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            guard let certificate = d2i_X509(nil, &next, bytes.count) else { return nil }
            guard next == bytes.baseAddress?.advanced(by: bytes.count) else {
                X509_free(certificate)
                return nil
            }
            return certificate
        }
    }
}
