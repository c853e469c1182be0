import Basics

extension DomainName {
    /// Whether it can be a policy domain (RFC 8461 3.1): a mail domain with room for `_mta-sts.` before it.
    var isPolicyDomain: Bool { fits(.mail) && text.utf8.count <= 253 - "_mta-sts.".utf8.count }

    /// Where the TXT record of a policy domain is (RFC 8461 3.1).
    var stsRecordName: DomainName? { below("_mta-sts") }
}
