import Basics
import DNS
import FoundationEssentials
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import DANE

@Suite struct VerifyDANETests {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    let names: [DomainName] = ["mx1.example.net"]

    private func whole(_ usage: UInt8, _ name: String) throws -> TLSARecord {
        TLSARecord(usage: usage, selector: 0, matchingType: 0, data: try TestCertificates.der(name)[0])
    }

    private func digest(_ usage: UInt8, _ name: String) throws -> TLSARecord {
        TLSARecord(usage: usage, selector: 0, matchingType: 1, data: try TestCertificates.digest(of: name))
    }

    private func verify(_ name: String, _ records: [TLSARecord], names: [DomainName]? = nil) throws -> DANEResult {
        let chain = try TestCertificates.chain(name)
        return verifyDANE(chain: chain, selection: TLSASelection(records), referenceNames: names ?? self.names, now: now)
    }

    @Test func `the matching record is named with its depth`() throws {
        let (wrong, leaf, anchor) = try (digest(3, "mx2"), digest(3, "mx1"), digest(2, "intermediate"))
        #expect(try verify("mx1", [wrong, leaf]) == .matched(record: leaf, depth: 0))
        #expect(try verify("mx1", [wrong, anchor]) == .matched(record: anchor, depth: 1))
        #expect(try verify("mx1", [whole(3, "mx1")]) == .matched(record: whole(3, "mx1"), depth: 0))
    }

    @Test func `each refusal is told apart`() throws {
        #expect(try verify("mx1", []) == .noUsableRecords)
        #expect(try verify("mx1", [digest(1, "mx1")]) == .noUsableRecords)
        #expect(try verify("mx1", [digest(3, "mx2")]) == .noMatch)
        #expect(try verify("mx1-alone", [digest(2, "intermediate")]) == .noMatch)
        #expect(try verify("mx1", [digest(2, "intermediate")], names: ["example.com"]) == .hostMismatch)
        #expect(try verify("expired", [digest(2, "intermediate")]) == .expired)
        #expect(try verify("client-auth", [digest(2, "intermediate")]) == .failed("unsuitable certificate purpose"))
    }

    @Test func `usage 3 takes no notice of an end date`() throws {
        #expect(try verify("expired", [digest(3, "expired")], names: []) == .matched(record: digest(3, "expired"), depth: 0))
    }

    /// RFC 7671 9: whoever publishes a SHA2-512 digest has said that the SHA2-256 one is not to be relied on.
    @Test(arguments: [false, true])
    func `a weaker digest does not count beside a stronger one`(reversed: Bool) throws {
        let strong = TLSARecord(usage: 3, selector: 0, matchingType: 2, data: [UInt8](repeating: 1, count: 64))
        let records = try [digest(3, "mx1"), strong]
        #expect(try verify("mx1", reversed ? records.reversed() : records) == .noMatch)
        #expect(try verify("mx1", records + [whole(3, "mx1")]) == .matched(record: whole(3, "mx1"), depth: 0))
    }
}

@Suite struct ReferenceNamesTests {
    @Test func `a secure MX adds the next-hop domain and its expansion`() {
        #expect(names("mx.example.net", "mx.example.net", true, nil) == ["mx.example.net", "example.com"])
        #expect(names("host.example.org", "mx.example.net", true, nil) == ["host.example.org", "example.com"])
        #expect(names("mx.example.net", "mx.example.net", true, "example.net") == ["mx.example.net", "example.com", "example.net"])
    }

    @Test func `an insecure MX adds nothing but the host itself`() {
        #expect(names("mx.example.net", "mx.example.net", false, "example.net") == ["mx.example.net"])
        #expect(names("host.example.org", "mx.example.net", false, nil) == ["host.example.org", "mx.example.net"])
    }

    @Test(arguments: [true, false])
    func `without MX records the next-hop domain counts beside its expansion`(secure: Bool) {
        #expect(names("example.com", "example.com", secure, nil) == ["example.com"])
        #expect(names("host.example.org", "example.com", secure, "host.example.org") == ["host.example.org", "example.com"])
        // The records are at the original name: its alias is secure, what it leads to is not, and names nothing.
        #expect(names("example.com", "example.com", secure, "host.attacker.example") == ["example.com"])
    }

    private func names(_ base: DomainName, _ host: DomainName, _ secure: Bool, _ expanded: DomainName?) -> [DomainName] {
        referenceNames(tlsaBase: base, mxHost: host, nextHopDomain: "example.com", mxSecure: secure, expandedDomain: expanded)
    }
}
