import DNS
import FoundationEssentials
import TLS
import TLSTesting
import TestSupport
import Testing

@testable import DANE

@Suite struct TLSASelectionTests {
    private static let unusable: [(UInt8, UInt8, UInt8, Int, String)] = [
        (0, 0, 1, 32, "usage 0 is not for SMTP"), (1, 1, 1, 32, "usage 1 is not for SMTP"), (4, 1, 1, 32, "unknown usage 4"),
        (255, 1, 1, 32, "unknown usage 255"), (3, 2, 1, 32, "unknown selector 2"), (2, 255, 1, 32, "unknown selector 255"),
        (3, 1, 3, 32, "unknown matching type 3"), (3, 1, 255, 32, "unknown matching type 255"),
        (3, 1, 1, 31, "31 octets are no SHA2-256 digest"), (3, 1, 1, 33, "33 octets are no SHA2-256 digest"),
        (3, 1, 1, 0, "0 octets are no SHA2-256 digest"), (2, 0, 2, 32, "32 octets are no SHA2-512 digest"),
        (2, 0, 0, 32, "the data is no certificate"), (3, 0, 0, 0, "the data is no certificate"), (3, 1, 0, 91, "the data is no public key"),
        (2, 1, 0, 0, "the data is no public key"),
    ]

    @Test(arguments: unusable)
    func `a record that cannot match is unusable, with the reason`(usage: UInt8, selector: UInt8, type: UInt8, octets: Int, reason: String)
    {
        #expect(digest(usage, selector, type, octets: octets).usability == .unusable(reason))
    }

    @Test(arguments: [UInt8(2), 3], [UInt8(0), 1])
    func `digests of the right length and parsable data are usable`(usage: UInt8, selector: UInt8) throws {
        #expect(digest(usage, selector, 1, octets: 32).usability == .usable)
        #expect(digest(usage, selector, 2, octets: 64).usability == .usable)
        let data = try selector == 0 ? TestCertificates.der("mx1")[0] : publicKey
        #expect(TLSARecord(usage: usage, selector: selector, matchingType: 0, data: data).usability == .usable)
        #expect(TLSARecord(usage: usage, selector: 1 - selector, matchingType: 0, data: data).usability != .usable)
        #expect(TLSARecord(usage: usage, selector: selector, matchingType: 0, data: data + [0]).usability != .usable)
    }

    /// RFC 7671 9, in both orders.
    @Test(arguments: [false, true])
    func `of one usage and selector only the strongest digest counts`(reversed: Bool) throws {
        let whole = TLSARecord(usage: 3, selector: 0, matchingType: 0, data: try TestCertificates.der("mx1")[0])
        let kept = [
            digest(3, 0, 2, octets: 64), digest(3, 0, 2, octets: 64, fill: 2), whole, digest(3, 1, 1, octets: 32),
            digest(2, 0, 1, octets: 32),
        ]
        let weaker = [digest(3, 0, 1, octets: 32)]
        let unusable = [digest(3, 1, 2, octets: 63), digest(1, 0, 2, octets: 64)]
        let records = unusable + weaker + kept
        let selection = TLSASelection(reversed ? records.reversed() : records)
        #expect(selection.usable == (reversed ? kept.reversed() : kept))
        #expect(selection.weaker == weaker)
        #expect(Set(selection.unusable.map(\.record)) == Set(unusable))
    }

    @Test func `whole data does not push out a digest`() throws {
        let whole = TLSARecord(usage: 3, selector: 0, matchingType: 0, data: try TestCertificates.der("mx1")[0])
        let records = [whole, digest(3, 0, 1, octets: 32)]
        #expect(TLSASelection(records).usable == records)
        #expect(TLSASelection([]).usable.isEmpty)
    }

    private func digest(_ usage: UInt8, _ selector: UInt8, _ type: UInt8, octets: Int, fill: UInt8 = 1) -> TLSARecord {
        TLSARecord(usage: usage, selector: selector, matchingType: type, data: [UInt8](repeating: fill, count: octets))
    }
}

/// The public key (SubjectPublicKeyInfo) of mx1.pem: 91 octets that begin like this for every key on P-256.
private let publicKey: [UInt8] = {
    let start: [UInt8] = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    guard let der = try? TestCertificates.der("mx1")[0],
        let index = der.indices.first(where: { der[$0...].starts(with: start) })
    else { return [] }
    return Array(der[index..<min(index + 91, der.count)])
}()
