import COpenSSL

/// What TLSA records of a chain's certificates would hold: each certificate is hashed once, however many records it is compared with.
///
/// It rules records out before a path is built, and authenticates nothing.
public struct TLSAAssociations: Sendable {
    private struct Association: Hashable, Sendable {
        var selector: UInt8
        var matchingType: UInt8
        var data: [UInt8]
    }

    private var leaf: Set<Association> = []
    private var all: Set<Association> = []

    /// Those of `chain`.
    public init(_ chain: CertificateChain) {
        for index in 0..<chain.certificates.count {
            for (selector, content) in [chain.certificates.der(index), chain.certificates.publicKey(index)].enumerated() {
                let candidates = [content, SHA256.digest(content), SHA256.longDigest(content)]
                for (matchingType, data) in candidates.enumerated() {
                    let association = Association(selector: UInt8(selector), matchingType: UInt8(matchingType), data: data)
                    if index == 0 { leaf.insert(association) }
                    // Whole certificates and keys of trust anchors are not compared with: see below.
                    if matchingType > 0 { all.insert(association) }
                }
            }
        }
    }

    /// False when the record cannot match: neither the certificate that the chain begins with (usage 3) nor any of it (usage 2). A whole trust
    /// anchor may match though the server does not show it (RFC 7671 5.2.2).
    public func mayMatch(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) -> Bool {
        let association = Association(selector: selector, matchingType: matchingType, data: data)
        return switch usage {
        case 3: leaf.contains(association)
        case 2: matchingType == 0 || all.contains(association)
        default: false
        }
    }
}

extension CertificateStack {
    /// The SubjectPublicKeyInfo of one certificate in DER (RFC 6698 2.1.2).
    fileprivate func publicKey(_ index: Int) -> [UInt8] {
        guard let certificate = self[index], let key = X509_get_X509_PUBKEY(certificate) else { return [] }
        let size = i2d_X509_PUBKEY(key, nil)
        guard size > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, written in
            var next = buffer.baseAddress
            written = max(0, Int(i2d_X509_PUBKEY(key, &next)))
        }
    }
}

extension SHA256 {
    /// The 64 octets of SHA-512 over `bytes`, its longer relative (RFC 6698 2.1.3).
    fileprivate static func longDigest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        _ = COpenSSL.SHA512(bytes, bytes.count, &digest)
        return digest
    }
}
