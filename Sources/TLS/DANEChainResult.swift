/// What the TLSA records say of a chain.
package enum DANEChainResult: Hashable, Sendable {
    /// The record at `index` authenticates the chain; it matched the certificate at `depth`, 0 being the leaf.
    case matched(index: Int, depth: Int)
    /// No record matches.
    case noMatch
    /// A trust anchor (usage 2) matches, but the leaf has none of the names.
    case hostMismatch
    /// A trust anchor matches, but a certificate below it has ended.
    case expired
    /// A trust anchor matches but the path breaks another rule, or verification could not be done: the reason.
    case failed(String)
}
