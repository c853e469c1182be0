import Basics
import FoundationEssentials
import TLSTesting
import TestSupport
import Testing

@testable import TLS

@Suite struct PKIXTests {
    let root: TrustStore
    /// When most certificates end, and when the expired ones did.
    let end = Date(timeIntervalSince1970: 4_733_510_400)
    let earlyEnd = Date(timeIntervalSince1970: 1_609_459_200)

    init() throws {
        root = try TestCertificates.trust()
    }

    @Test(arguments: ["mx1", "mx1-with-root", "wildcard", "partial-wildcard", "other-name", "cn-only", "no-names", "ip-san"])
    func `a path to the root is valid until its first certificate ends`(name: String) throws {
        #expect(try TestCertificates.chain(name).verifyPKIXPath(trust: root, now: TestCertificates.now) == .valid(until: end))
    }

    @Test(arguments: [
        ("expired", PKIXResult.expired), ("under-expired", .expired), ("future", .notYetValid),
        ("self-signed", .notTrusted("self-signed certificate")),
        ("mx1-alone", .notTrusted("unable to get local issuer certificate")),
        ("mx1-rsa", .notTrusted("unable to get local issuer certificate")),
        ("client-auth", .notTrusted("unsuitable certificate purpose")),
        ("under-leaf", .notTrusted("invalid CA certificate (at depth 1)")),
        ("sha1", .notTrusted("CA signature digest algorithm too weak")),
        ("stuffed", .notTrusted("self-signed certificate")),
    ])
    func `a broken path is told apart`(name: String, result: PKIXResult) throws {
        #expect(try TestCertificates.chain(name).verifyPKIX(host: "mx1.example.net", trust: root, now: TestCertificates.now) == result)
    }

    @Test func `the time is the one that is passed in`() throws {
        let (expired, future) = (try TestCertificates.chain("expired"), try TestCertificates.chain("future"))
        let then = Date(timeIntervalSince1970: 1_600_000_000)
        let later = Date(timeIntervalSince1970: 4_500_000_000)
        #expect(expired.verifyPKIXPath(trust: root, now: then) == .valid(until: earlyEnd))
        #expect(try TestCertificates.chain("under-expired").verifyPKIXPath(trust: root, now: then) == .valid(until: earlyEnd))
        #expect(future.verifyPKIXPath(trust: root, now: later) == .valid(until: end))
        #expect(try TestCertificates.chain("mx1").verifyPKIXPath(trust: root, now: .distantFuture) == .expired)
        #expect(try TestCertificates.chain("mx1").verifyPKIXPath(trust: root, now: .distantPast) == .notYetValid)
    }

    @Test(arguments: [
        ("mx1", "mx1.example.net", true), ("mx1", "MX1.Example.Net.", true), ("mx1", "mx2.example.net", false),
        ("mx1", "example.net", false),
        ("mx1", "\\046example.net", false), ("mx1", "", false), ("mx1", "net", false),
        ("wildcard", "mx1.example.net", true), ("wildcard", "example.net", false), ("wildcard", "a.mx1.example.net", false),
        ("wildcard", "\\046example.net", false), ("wildcard", "\\042.example.net", false),
        // A wildcard must be the whole label.
        ("partial-wildcard", "mx1.example.net", false),
        ("other-name", "mx1.example.net", false), ("other-name", "mail.example.org", true),
        // No common name, no IP address.
        ("cn-only", "mx1.example.net", false), ("ip-san", "mx1.example.net", false), ("ip-san", "192.0.2.1", false),
        ("no-names", "mx1.example.net", false),
    ])
    func `only the DNS names of the subjectAltName count`(name: String, host: DomainName, matches: Bool) throws {
        let chain = try TestCertificates.chain(name)
        #expect(chain.matchesDNSName(host) == matches)
        let result = chain.verifyPKIX(host: host, trust: root, now: TestCertificates.now)
        #expect(result == (matches ? .valid(until: end) : .hostMismatch))
    }

    @Test func `an untrusted chain is not called a mismatch`() throws {
        let selfSigned = try TestCertificates.chain("self-signed").verifyPKIX(host: "other.example", trust: root, now: TestCertificates.now)
        #expect(selfSigned == .notTrusted("self-signed certificate"))
        #expect(try TestCertificates.chain("expired").verifyPKIX(host: "other.example", trust: root, now: TestCertificates.now) == .expired)
    }

    @Test func `an intermediate or a leaf in the file is a trust anchor`() throws {
        let intermediate = try TestCertificates.trust("intermediate")
        #expect(try isValid(TestCertificates.chain("mx1-alone").verifyPKIXPath(trust: intermediate, now: TestCertificates.now)))
        let leaf = try TestCertificates.trust("self-signed")
        #expect(try isValid(TestCertificates.chain("self-signed").verifyPKIXPath(trust: leaf, now: TestCertificates.now)))
    }

    @Test func `the chain of a connection verifies, also on other threads`() async throws {
        let chain = try #require(try establish(ServerContext()).client.peerChain)
        let root = root
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { isValid(chain.verifyPKIX(host: "mx1.example.net", trust: root, now: TestCertificates.now)) }
            }
            for await valid in group { #expect(valid) }
        }
    }

}

private func isValid(_ result: PKIXResult) -> Bool {
    if case .valid = result { true } else { false }
}

@Suite struct TrustStoreTests {
    @Test func `a file of roots is counted`() throws {
        let store = try TestCertificates.trust("mx1-with-root-chain")
        #expect(store.certificateCount == 3)
        #expect(store.path == TestCertificates.path("mx1-with-root-chain.pem"))
    }

    @Test(arguments: ["missing.pem", "make-certs", "root.key", ""])
    func `a file without certificates is an error that names it`(name: String) throws {
        let path = TestCertificates.path(name)
        let error = #expect(throws: TrustStoreError.self) { try TrustStore(.pem(path)) }
        #expect(error?.description.contains(path) == true)
    }
}
