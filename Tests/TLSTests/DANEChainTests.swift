import Basics
import COpenSSL
import FoundationEssentials
import TLSTesting
import TestSupport
import Testing

@testable import TLS

typealias TLSATuple = (usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8])

/// The TLSA record of a certificate.
func tlsa(_ usage: UInt8, _ selector: UInt8, _ matchingType: UInt8, _ name: String) throws -> TLSATuple {
    var bytes = try TestCertificates.der("\(name)")[0]
    if selector == 1 {
        let der = bytes
        bytes = try der.withUnsafeBufferPointer {
            var next = $0.baseAddress
            let certificate = try #require(d2i_X509(nil, &next, $0.count))
            defer { X509_free(certificate) }
            let key = X509_get_X509_PUBKEY(certificate)
            var result = [UInt8](repeating: 0, count: Int(i2d_X509_PUBKEY(key, nil)))
            result.withUnsafeMutableBufferPointer {
                var next = $0.baseAddress
                _ = i2d_X509_PUBKEY(key, &next)
            }
            return result
        }
    }
    guard matchingType > 0 else { return (usage, selector, matchingType, bytes) }
    var digest = [UInt8](repeating: 0, count: matchingType == 1 ? 32 : 64)
    EVP_Digest(bytes, bytes.count, &digest, nil, matchingType == 1 ? EVP_sha256() : EVP_sha512(), nil)
    return (usage, selector, matchingType, digest)
}

@Suite struct DANEChainTests {
    let names: [DomainName] = ["mx1.example.net"]

    @Test(arguments: [UInt8(0), 1], [UInt8(0), 1, 2])
    func `usage 3 matches the leaf`(selector: UInt8, matchingType: UInt8) throws {
        let record = try tlsa(3, selector, matchingType, "mx1")
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [record], names: names, now: TestCertificates.now)
                == .matched(index: 0, depth: 0))
        #expect(
            try TestCertificates.chain("mx1-alone").verifyDANE(records: [record], names: [], now: TestCertificates.now)
                == .matched(index: 0, depth: 0))
        #expect(
            try TestCertificates.chain("mx2").verifyDANE(records: [record], names: ["mx2.example.net"], now: TestCertificates.now)
                == .noMatch)
    }

    /// RFC 7672 3.1.1: neither names, nor dates, nor anything else in the certificate matters.
    @Test(arguments: [
        "expired", "future", "self-signed", "self-signed-expired", "client-auth", "other-name", "no-names", "sha1", "under-leaf",
    ])
    func `usage 3 takes no notice of names, dates, purposes and issuers`(name: String) throws {
        let record = try tlsa(3, 1, 1, name)
        #expect(
            try TestCertificates.chain(name).verifyDANE(records: [record], names: ["mx.example.com"], now: TestCertificates.now)
                == .matched(index: 0, depth: 0))
    }

    @Test func `usage 3 does not match an issuer`() throws {
        for selector in [UInt8(0), 1] {
            let record = try tlsa(3, selector, 1, "intermediate")
            #expect(try TestCertificates.chain("mx1").verifyDANE(records: [record], names: names, now: TestCertificates.now) == .noMatch)
        }
    }

    @Test(arguments: [UInt8(0), 1], [UInt8(0), 1, 2])
    func `usage 2 matches an issuer in the chain`(selector: UInt8, matchingType: UInt8) throws {
        let intermediate = try tlsa(2, selector, matchingType, "intermediate")
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [intermediate], names: names, now: TestCertificates.now)
                == .matched(index: 0, depth: 1))
        let root = try tlsa(2, selector, matchingType, "root")
        #expect(
            try TestCertificates.chain("mx1-with-root").verifyDANE(records: [root], names: names, now: TestCertificates.now)
                == .matched(index: 0, depth: 2))
    }

    @Test func `usage 2 fails if the trust anchor was not sent`() throws {
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [tlsa(2, 0, 1, "root")], names: names, now: TestCertificates.now)
                == .noMatch)
        #expect(
            try TestCertificates.chain("mx1-alone").verifyDANE(
                records: [tlsa(2, 1, 1, "intermediate")], names: names, now: TestCertificates.now) == .noMatch)
    }

    @Test func `usage 2 with a whole certificate or key needs it in no chain`() throws {
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [tlsa(2, 0, 0, "root")], names: names, now: TestCertificates.now)
                == .matched(index: 0, depth: 2))
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [tlsa(2, 1, 0, "root")], names: names, now: TestCertificates.now)
                == .matched(index: 0, depth: 1))
    }

    @Test func `usage 2 does not match the leaf itself`() throws {
        #expect(
            try TestCertificates.chain("self-signed").verifyDANE(
                records: [tlsa(2, 0, 1, "self-signed")], names: names, now: TestCertificates.now) == .noMatch)
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [tlsa(2, 1, 1, "mx1")], names: names, now: TestCertificates.now)
                == .noMatch)
    }

    @Test func `a trust anchor that did not issue the leaf does not help it`() throws {
        #expect(
            try TestCertificates.chain("stuffed").verifyDANE(
                records: [tlsa(2, 0, 1, "other-root")], names: names, now: TestCertificates.now) == .noMatch)
    }

    private static let nameTable: [(String, [DomainName], Bool?)] = [
        ("mx1", ["mx1.example.net"], true), ("mx1", ["example.com", "mx1.example.net"], true), ("mx1", ["mx2.example.net"], false),
        ("mx1", ["example.net"], false), ("mx1", ["\\046example.net"], nil), ("mx1", [], nil), ("mx1", ["192.0.2.1"], nil),
        ("wildcard", ["mx9.example.net"], true), ("wildcard", ["a.mx9.example.net"], false), ("wildcard", ["example.net"], false),
        ("partial-wildcard", ["mx1.example.net"], false),
        // RFC 7672 3.2.3: the common name counts only without DNS names.
        ("cn-only", ["mx1.example.net"], true), ("ip-san", ["mx1.example.net"], true), ("other-name", ["mx1.example.net"], false),
        ("no-names", ["mx1.example.net"], false),
    ]

    @Test(arguments: nameTable)
    func `usage 2 checks names`(name: String, names: [DomainName], matches: Bool?) throws {
        let result = try TestCertificates.chain(name).verifyDANE(
            records: [tlsa(2, 1, 1, "intermediate")], names: names, now: TestCertificates.now)
        let expected: DANEChainResult =
            switch matches {
            case true: .matched(index: 0, depth: 1)
            case false: .hostMismatch
            default: .failed("no usable TLSA record")
            }
        #expect(result == expected)
    }

    @Test(arguments: [
        ("expired", DANEChainResult.expired), ("future", .failed("certificate is not yet valid")),
        ("client-auth", .failed("unsuitable certificate purpose")),
    ])
    func `usage 2 checks dates and purposes`(name: String, result: DANEChainResult) throws {
        #expect(
            try TestCertificates.chain(name).verifyDANE(records: [tlsa(2, 1, 1, "intermediate")], names: names, now: TestCertificates.now)
                == result)
    }

    @Test func `usage 2 checks that issuers may issue`() throws {
        let result = try TestCertificates.chain("under-leaf").verifyDANE(
            records: [tlsa(2, 0, 1, "intermediate")], names: names, now: TestCertificates.now)
        #expect(result == .failed("invalid CA certificate (at depth 1)"))
    }

    @Test func `one matching record of several is enough, and is named`() throws {
        let records = try [
            tlsa(3, 1, 1, "mx2"), tlsa(2, 0, 1, "other-root"), tlsa(2, 1, 1, "intermediate"), tlsa(3, 0, 2, "mx1"),
        ]
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: records, names: names, now: TestCertificates.now)
                == .matched(index: 3, depth: 0))
        let anchors = Array(records.prefix(3))
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: anchors, names: names, now: TestCertificates.now)
                == .matched(index: 2, depth: 1))
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: anchors, names: ["a.example"], now: TestCertificates.now) == .hostMismatch
        )
    }

    private static let unusable: [TLSATuple] = [
        (0, 0, 1, [UInt8](repeating: 1, count: 32)), (1, 0, 1, [UInt8](repeating: 1, count: 32)), (3, 0, 1, [1, 2, 3]), (3, 2, 1, [1]),
        (3, 0, 9, [1]), (2, 0, 0, [1, 2, 3]), (3, 1, 0, []), (255, 255, 255, []),
    ]

    @Test(arguments: unusable)
    func `unusable records never match`(record: TLSATuple) throws {
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [record], names: names, now: TestCertificates.now)
                == .failed("no usable TLSA record"))
        let good = try tlsa(3, 1, 1, "mx1")
        #expect(
            try TestCertificates.chain("mx1").verifyDANE(records: [record, good], names: names, now: TestCertificates.now)
                == .matched(index: 1, depth: 0))
    }

    @Test func `the chain of a connection verifies`() throws {
        let chain = try #require(try establish(ServerContext("self-signed-expired")).client.peerChain)
        let record = try tlsa(3, 1, 1, "self-signed-expired")
        #expect(chain.verifyDANE(records: [record], names: [], now: TestCertificates.now) == .matched(index: 0, depth: 0))
        #expect(chain.verifyDANE(records: [], names: [], now: TestCertificates.now) == .failed("no usable TLSA record"))
    }
}
