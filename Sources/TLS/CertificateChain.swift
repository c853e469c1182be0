import Basics
import COpenSSL

/// The certificates that a peer sent, in its order: leaf first, then whatever it believes to lead to a root. Immutable, and of any
/// trustworthiness until it is verified.
public final class CertificateChain: Sendable {
    /// SHA-256 over all certificates in DER, each preceded by its length (4 octets): equal chains have equal digests.
    public let digest: [UInt8]
    /// SHA-256 of each certificate in DER, lower-case hexadecimal, leaf first.
    public let certificateDigests: [String]

    let certificates: CertificateStack

    /// A chain from DER: at most 100 KiB, at least one, nothing after any of them.
    public convenience init(der: [[UInt8]]) throws(TLSError) {
        let certificates = try CertificateStack(der: der)
        self.init(certificates, CertificateDigests(certificates))
    }

    init(_ certificates: CertificateStack, _ digests: CertificateDigests) {
        self.certificates = certificates
        digest = digests.chain
        certificateDigests = digests.certificates.map { hexadecimal($0) }
    }

    deinit {
        ChainTable.shared.remove(digest)
    }

    /// Each certificate in DER, leaf first.
    public func derCertificates() -> [[UInt8]] {
        (0..<certificates.count).map { certificates.der($0) }
    }

    /// What the leaf says of itself.
    public var leaf: CertificateSummary { CertificateSummary(certificates[0]) }
}

/// The digests of a chain and its certificates.
struct CertificateDigests {
    let chain: [UInt8]
    let certificates: [[UInt8]]

    init(_ stack: CertificateStack) {
        var all: [UInt8] = []
        var certificates: [[UInt8]] = []
        for index in 0..<stack.count {
            let der = stack.der(index)
            certificates.append(SHA256.digest(der))
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: der.count).bigEndian) { all.append(contentsOf: $0) }
            all.append(contentsOf: der)
        }
        chain = SHA256.digest(all)
        self.certificates = certificates
    }
}
