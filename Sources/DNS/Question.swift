import Basics

/// The record types that are asked for or read (IANA "Resource Record (RR) TYPEs").
enum RecordType: UInt16, Sendable {
    case a = 1
    case cname = 5
    case soa = 6
    case mx = 15
    case txt = 16
    case aaaa = 28
    case rrsig = 46
    case tlsa = 52
}

/// What one query asks: a name in class IN and a type.
struct Question: Hashable, Sendable, CustomStringConvertible {
    let name: DomainName
    let type: RecordType

    init(name: DomainName, type: RecordType) {
        self.name = name
        self.type = type
    }

    /// The question for a name from outside; throws if it is no name that can be asked for.
    init(asking name: DomainName, _ type: RecordType) throws(DNSFailure) {
        guard name.fits(.question) else {
            throw DNSFailure(.malformed, "\"\(name)\" is not a domain name in ASCII letters, digits, hyphens and underscores")
        }
        self.init(name: name, type: type)
    }

    var description: String { "\(name.isRoot ? "." : name.text) \("\(type)".uppercased())" }
}
