import COpenSSL
package import FoundationEssentials
package import TLS
import Testing

/// The certificates in TestCerts/, by their names there.
package enum TestCertificates {
    private static let directory =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/TestCerts/"

    /// A moment in the years that they are made for.
    package static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// Where a file is.
    package static func path(_ file: String) -> String { directory + file }

    /// The certificates in `NAME.pem`, in DER.
    package static func der(_ name: String) throws -> [[UInt8]] {
        let file = try #require(BIO_new_file(path(name + ".pem"), "r"))
        defer { BIO_free(file) }
        var result: [[UInt8]] = []
        while let certificate = PEM_read_bio_X509(file, nil, nil, nil) {
            defer { X509_free(certificate) }
            var der = [UInt8](repeating: 0, count: Int(i2d_X509(certificate, nil)))
            der.withUnsafeMutableBufferPointer {
                var next = $0.baseAddress
                _ = i2d_X509(certificate, &next)
            }
            result.append(der)
        }
        ERR_clear_error()
        return result
    }

    /// SHA2-256 of the certificate in `NAME.pem`.
    package static func digest(of name: String) throws -> [UInt8] {
        let hexadecimal = Array(try CertificateChain(der: [der(name)[0]]).certificateDigests[0].utf8)
        return stride(from: 0, to: hexadecimal.count, by: 2).compactMap {
            UInt8(String(decoding: hexadecimal[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    /// The file with what a server that has the certificate shows: `NAME-chain.pem`, or the lone `NAME.pem`.
    static func chainFile(_ name: String) -> String {
        FileManager.default.fileExists(atPath: path(name + "-chain.pem")) ? name + "-chain" : name
    }

    /// What a server that has the certificate shows.
    package static func chain(_ name: String) throws -> CertificateChain { try CertificateChain(der: der(chainFile(name))) }

    /// A root, by default that of nearly all of them, and nothing else.
    package static func trust(_ root: String = "root") throws -> TrustStore { try TrustStore(.pem(path(root + ".pem"))) }
}
