import Basics
import FoundationEssentials

/// Reads what was written down: what reports are made of. Each method sees one consistent state, a newer call newer records.
///
/// Every method throws when the store cannot be read; the error's description tells an operator what to do.
public protocol EventReader: Sendable {
    /// The recipients whose decisions pass the filter, in the order they were recorded.
    func recipients(_ filter: DecisionFilter) async throws -> [RecipientRow]
    /// The recipient whose decision has this id, or an id that begins so; nil if none is kept. Throws when the text begins several.
    func recipient(_ text: String) async throws -> RecipientRow?
    /// The session with this id, or with an id that begins so; or the session of the decision with this id. nil if none is kept.
    func session(_ text: String) async throws -> SessionReport?
    /// The evidence with this digest; nil if it is not kept.
    func evidence(_ digest: [UInt8]) async throws -> EvidenceRecord?
    /// The certificate with this lower-case hex SHA-256; nil if it is not kept.
    func certificate(sha256: String) async throws -> CertificateRecord?
    /// The MTA-STS policy cache by domain; with the expired ones (those that had ended by `now`) only if asked for.
    func policies(includeExpired: Bool, now: Date) async throws -> [PolicyRow]
    /// The cached policy of a domain, expired or not.
    func policy(_ domain: DomainName) async throws -> PolicyRow?
    /// The policies that a domain had, oldest first.
    func policyHistory(_ domain: DomainName) async throws -> [PolicyHistoryRow]
    /// The overrides in force at `now`, those that end first at the beginning.
    func overrides(now: Date) async throws -> [OverrideRow]
    /// Every override that is kept, of one domain or of all, in the order they were made.
    func overrideTrail(domain: DomainName?) async throws -> [OverrideRow]
}
