import DNS

/// What DANE says of a chain.
public enum DANEResult: Codable, Hashable, Sendable {
    /// The record authenticates the chain; it matched the certificate at `depth`, 0 being the leaf.
    case matched(record: TLSARecord, depth: Int)
    /// No record matches a certificate of the chain.
    case noMatch
    /// A trust anchor (usage 2) matches, but the leaf has none of the reference names.
    case hostMismatch
    /// A trust anchor matches, but a certificate below it has ended.
    case expired
    /// A trust anchor matches but the path breaks another rule, or verification could not be done: the reason.
    case failed(String)
    /// The RRset has no record that can be used.
    case noUsableRecords
}
