import DNS

/// The records of one TLSA RRset that a certificate is compared with, and what became of the others.
public struct TLSASelection: Codable, Hashable, Sendable {
    /// A record that cannot be used.
    public struct Unusable: Codable, Hashable, Sendable {
        /// The record.
        public let record: TLSARecord
        /// Why, in printable ASCII.
        public let reason: String
    }

    /// The records to use, in the order given.
    public let usable: [TLSARecord]
    /// The ones that can never match.
    public let unusable: [Unusable]
    /// Usable ones that are passed over because a stronger digest is there.
    public let weaker: [TLSARecord]

    /// Selects from the records of an RRset by digest agility (RFC 7671 9): among the usable records with the same usage and selector, only
    /// those with the strongest digest count. Whole certificates and keys (matching type 0) always do.
    public init(_ records: [TLSARecord]) {
        var candidates: [TLSARecord] = []
        var unusable: [Unusable] = []
        var strongest: [[UInt8]: UInt8] = [:]
        for record in records {
            switch record.usability {
            case .unusable(let reason): unusable.append(Unusable(record: record, reason: reason))
            case .usable:
                candidates.append(record)
                // Both digests there are have the number of their strength: SHA2-256 is 1, SHA2-512 is 2.
                let key = [record.usage, record.selector]
                strongest[key] = max(strongest[key] ?? 0, record.matchingType)
            }
        }
        let counts = { (record: TLSARecord) in
            record.matchingType == 0 || record.matchingType == strongest[[record.usage, record.selector]]
        }
        usable = candidates.filter(counts)
        weaker = candidates.filter { !counts($0) }
        self.unusable = unusable
    }
}
