import DNS
import TLSTesting

extension TLSARecord {
    /// The record of a whole test certificate's SHA2-256 digest.
    static func digest(usage: UInt8 = 3, of name: String) throws -> TLSARecord {
        TLSARecord(usage: usage, selector: 0, matchingType: 1, data: try TestCertificates.digest(of: name))
    }
}
