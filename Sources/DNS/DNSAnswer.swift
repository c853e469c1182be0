import Basics

/// The answer to one look-up: records, or the statement that there are none, with what DNSSEC says of it.
public struct DNSAnswer<Record: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    /// What the name server says there is.
    public enum Outcome: Sendable, Hashable, Codable {
        /// At least one record.
        case records([Record])
        /// The name exists and has no record of the type (RFC 2308 2.2).
        case noData
        /// The name does not exist (RFC 2308 2.1).
        case nxDomain
    }

    /// The name as asked.
    public var name: DomainName
    /// The owner of the final RRset, or the name that has none, after CNAMEs; `name` when there was no CNAME.
    public var canonicalName: DomainName
    /// Secure only if the whole answer is.
    public var status: DNSSECStatus
    /// Records or denial.
    public var outcome: Outcome
    /// Seconds the answer may still be used, 0 to 86,400: the least over the chain; for a denial by the SOA rule
    /// (RFC 2308 5), 60 to 1,800 when new.
    public var ttl: Int

    /// Makes an answer, as scripted resolvers do.
    public init(name: DomainName, canonicalName: DomainName? = nil, status: DNSSECStatus, outcome: Outcome, ttl: Int) {
        self.name = name
        self.canonicalName = canonicalName ?? name
        self.status = status
        self.outcome = outcome
        self.ttl = ttl
    }

    /// The records; none for a denial.
    public var records: [Record] {
        if case .records(let records) = outcome { records } else { [] }
    }
}
