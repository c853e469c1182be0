import Basics
import NIOCore

/// The part of a response that answers the question: the records at the end of the chain of CNAMEs that starts at the name asked for.
/// What the answer section holds besides is not looked at.
struct AnswerChain: Hashable {
    /// Most CNAMEs followed.
    static let depthLimit = 8
    /// Most seconds an answer is used.
    static let ttlLimit = 86_400
    /// Seconds a denial is used at least and at most.
    static let denialTTL = 60...1_800

    /// The owner of the final RRset, or the name that has none.
    var canonicalName: DomainName
    /// The records of the type asked for, in the order of the response.
    var contents: [ResourceRecord.Content]
    /// Seconds the answer may be used.
    var ttl: Int
    /// Only meaningful if there are no contents.
    var nameExists: Bool

    /// Follows the chain in `response`, whose code must be NOERROR or NXDOMAIN. `now` is in seconds since 1970; the expiry of signatures
    /// bounds the TTL of a secure answer (RFC 4035 5.3.3), should the resolver not have done it.
    init(_ response: ResponseMessage, to question: Question, status: DNSSECStatus, now: Int64) throws(DNSFailure) {
        var name = question.name
        var ttl = Self.ttlLimit
        var depth = 0
        while true {
            let here = response.answers.filter { $0.owner == name }
            let found = here.filter { $0.content.type == question.type }
            let alias = question.type == .cname ? nil : try Self.alias(here, at: name)
            for record in here where found.isEmpty ? record.content.type == .cname : record.content.type == question.type {
                ttl = min(ttl, record.ttl)
            }
            if status == .secure {
                let type = alias == nil ? question.type : .cname
                ttl = min(ttl, Self.secondsLeft(of: here, covering: type, now: now))
            }
            guard let alias else {
                canonicalName = name
                contents = found.map(\.content)
                break
            }
            // RFC 1034 3.6.2: nothing else may stand beside a CNAME.
            guard found.isEmpty else { throw DNSFailure(.malformed, "\(name) has a CNAME and other records") }
            depth += 1
            guard depth <= Self.depthLimit else {
                throw DNSFailure(.tooMany, "more than \(Self.depthLimit) CNAMEs from \(question.name)")
            }
            name = alias
        }
        nameExists = response.responseCode != ResponseCode.nxDomain
        self.ttl = ttl
        if contents.isEmpty { self.ttl = denialTTL(response.startOfAuthority, bound: ttl) }
        guard nameExists || contents.isEmpty else { throw DNSFailure(.malformed, "NXDOMAIN for \(canonicalName), with records of it") }
    }

    /// The target of the CNAME among the records of one name.
    private static func alias(_ records: [ResourceRecord], at name: DomainName) throws(DNSFailure) -> DomainName? {
        var alias: DomainName?
        for record in records {
            guard case .cname(let target) = record.content else { continue }
            guard alias == nil || alias == target else { throw DNSFailure(.malformed, "\(name) has several CNAMEs") }
            alias = target
        }
        return alias
    }

    /// RFC 2308 5: the lesser of the SOA's own TTL and its MINIMUM field.
    private func denialTTL(_ authority: ResourceRecord?, bound: Int) -> Int {
        var ttl = Self.denialTTL.lowerBound
        if let authority, case .startOfAuthority(let minimum) = authority.content, canonicalName.isWithin(authority.owner) {
            ttl = min(authority.ttl, Int(minimum), bound)
        }
        return min(max(ttl, Self.denialTTL.lowerBound), Self.denialTTL.upperBound)
    }

    /// Seconds until the first signature over the type expires, in serial number arithmetic (RFC 4034 3.1.5).
    private static func secondsLeft(of records: [ResourceRecord], covering type: RecordType, now: Int64) -> Int {
        var left = ttlLimit
        for record in records {
            guard case .signature(let covers, let expiration) = record.content, covers == type.rawValue else { continue }
            left = min(left, max(0, Int(Int32(bitPattern: expiration &- UInt32(truncatingIfNeeded: now)))))
        }
        return left
    }
}

extension ResourceRecord.Content {
    /// The type of record this is the data of.
    var type: RecordType {
        switch self {
        case .address(let address): address.isIPv6 ? .aaaa : .a
        case .cname: .cname
        case .mx: .mx
        case .tlsa: .tlsa
        case .txt: .txt
        case .startOfAuthority: .soa
        case .signature: .rrsig
        }
    }
}
