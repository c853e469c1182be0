import DNS
import Foundation
import TLS
import Testing

/// The certificates in TestCerts/.
enum TestCertificates {
    static let directory =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/") + "/TestCerts/"

    /// The certificates of a PEM file in DER.
    static func der(_ name: String) throws -> [[UInt8]] {
        let text = try String(contentsOfFile: directory + name + ".pem", encoding: .utf8)
        return try text.split(separator: "-----BEGIN CERTIFICATE-----").dropFirst(text.hasPrefix("-----") ? 0 : 1).map { part in
            let body = part.prefix { $0 != "-" }.filter { !$0.isNewline }
            return Array(try #require(Data(base64Encoded: String(body))))
        }
    }

    /// What a server that has the certificate shows.
    static func chain(_ name: String) throws -> CertificateChain {
        try CertificateChain(der: der(name + "-chain"))
    }

    /// The root of all of them, and nothing else.
    static func trust() throws -> TrustStore {
        try TrustStore(.pem(directory + "root.pem"))
    }

    /// The TLSA record of a whole certificate's SHA2-256 digest.
    static func digest(usage: UInt8 = 3, of name: String) throws -> TLSARecord {
        let hex = try #require(try CertificateChain(der: [der(name)[0]]).certificateDigests.first).utf8.map { $0 }
        let data = stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16) }
        return TLSARecord(usage: usage, selector: 0, matchingType: 1, data: data)
    }
}
