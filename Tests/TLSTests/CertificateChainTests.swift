import Basics
import FoundationEssentials
import TLSTesting
import TestSupport
import Testing

@testable import TLS

@Suite struct CertificateChainTests {
    @Test func `connections to one server share one chain`() throws {
        let server = try ServerContext("wildcard")
        let first = try #require(try establish(server).client.peerChain)
        let second = try #require(try establish(server).client.peerChain)
        #expect(first === second)
        #expect(ChainTable.shared.chain(first.digest) === first)
    }

    @Test func `a chain leaves the table with its last user`() throws {
        var used: CertificateChain? = try establish(ServerContext("partial-wildcard")).client.peerChain
        let digest = try #require(used?.digest)
        #expect(ChainTable.shared.chain(digest) != nil)
        used = nil
        #expect(ChainTable.shared.chain(digest) == nil)
    }

    @Test func `a chain from DER is the chain of the connection`() throws {
        let presented = try #require(try establish(ServerContext()).client.peerChain)
        let parsed = try TestCertificates.chain("mx1")
        #expect(parsed.digest == presented.digest)
        #expect(parsed.certificateDigests == presented.certificateDigests)
        #expect(parsed.certificateDigests.allSatisfy { $0.count == 64 })
        #expect(parsed.derCertificates() == (try TestCertificates.der("mx1-chain")))
        #expect(try TestCertificates.chain("mx2").digest != parsed.digest)
    }

    @Test func `the digest depends on where a certificate ends`() throws {
        let both = try TestCertificates.der("mx1-chain")
        #expect(try CertificateChain(der: both).digest != CertificateChain(der: both.reversed()).digest)
        #expect(try CertificateChain(der: both).digest != CertificateChain(der: [both[0]]).digest)
    }

    @Test func `what is no chain is refused`() throws {
        let leaf = try TestCertificates.der("mx1")[0]
        #expect(throws: TLSError.self) { try CertificateChain(der: []) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [[]]) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [Array("not a certificate".utf8)]) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [leaf + [0]]) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [leaf.dropLast()]) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [leaf, Array(leaf.prefix(100))]) }
        #expect(throws: TLSError.self) { try CertificateChain(der: Array(repeating: leaf, count: 1 + 100 * 1024 / leaf.count)) }
        #expect(throws: TLSError.self) { try CertificateChain(der: [[UInt8](repeating: 0x30, count: 300_000)]) }
        #expect(try CertificateChain(der: Array(repeating: leaf, count: 100)).certificateDigests.count == 100)
    }

    @Test func `no changed octet of a certificate crashes a summary or a verification`() throws {
        let leaf = try TestCertificates.der("mx1")[0]
        for index in stride(from: 0, to: leaf.count, by: 3) {
            var changed = leaf
            changed[index] ^= 0x81
            guard let chain = try? CertificateChain(der: [changed]) else { continue }
            _ = chain.leaf
            _ = chain.matchesDNSName("mx1.example.net")
            let result = chain.verifyDANE(records: [(3, 0, 1, [UInt8](repeating: 0, count: 32))], names: [], now: TestCertificates.now)
            #expect(result == .noMatch || result == .failed("unspecified certificate verification error"))
        }
    }

    @Test func `the summary tells the leaf's own words`() throws {
        let leaf = try TestCertificates.chain("other-name").leaf
        #expect(leaf.subject == "CN=mx1.example.net")
        #expect(leaf.issuer == "CN=Weft Test Intermediate,O=Weft Test")
        #expect(leaf.commonName == "mx1.example.net")
        #expect(leaf.dnsNames == ["example.org", "mail.example.org"])
        #expect(leaf.notBefore == Date(timeIntervalSince1970: 1_577_836_800))
        #expect(leaf.notAfter == Date(timeIntervalSince1970: 4_733_510_400))
        #expect(try TestCertificates.chain("no-names").leaf.commonName == nil)
    }

    @Test func `control characters of a subject are escaped`() throws {
        #expect(try TestCertificates.chain("odd-subject").leaf.subject == "CN=mx1.example.net,O=Evil\\0AInjected: yes")
        #expect(printable("a\r\nb\\\u{7F}ü", limit: 100, escapingBackslash: true) == "a\\x0d\\x0ab\\x5c\\x7f\\xc3\\xbc")
        #expect(printable("aaaaaaa\n", limit: 10) == "aaaaaaa...")
    }
}
