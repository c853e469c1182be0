import Records
import TLS

/// A decision of the journal with everything that it rested on: enough to make it again without the network.
public struct StoredDecision: Sendable {
    /// What was recorded, and what became of the recipient.
    public var recipient: RecipientRow
    /// What the look-ups said; nil when there was no domain to look up, or they did not end in time.
    public var evidence: DomainEvidence?
    /// The leg, the settings, and what had been tried before.
    public var inputs: DecisionInputs
    /// The server's certificate; nil without TLS, or when it is not kept.
    public var certificate: CertificateSummary?

    /// The decision.
    public var record: DecisionRecord {
        get { recipient.decision }
        set { recipient.decision = newValue }
    }

    /// A decision with its evidence.
    public init(recipient: RecipientRow, evidence: DomainEvidence?, inputs: DecisionInputs, certificate: CertificateSummary? = nil) {
        self.recipient = recipient
        self.evidence = evidence
        self.inputs = inputs
        self.certificate = certificate
    }

    /// Reads what a decision rested on.
    ///
    /// - Throws: when it is not kept, or of a form that this version does not read; or the journal's own errors.
    public init(_ recipient: RecipientRow, reader: any EventReader) async throws(ExplainError) {
        let record = recipient.decision
        guard let digest = record.legDigest else { throw ExplainError("Nothing that decision \(record.id) rested on is recorded.") }
        let inputs = try await Self.read(DecisionInputs.self, digest, of: record, reader)
        var evidence: DomainEvidence?
        if let digest = record.evidenceDigest { evidence = try await Self.evidence(digest, of: record, reader) }
        // The certificate is shown beside what it was found to prove; a damaged one stands in nobody's way.
        var certificate: CertificateSummary?
        if let leaf = inputs.leg.certificates.first, let stored = try? await reader.certificate(sha256: leaf) {
            certificate = (try? CertificateChain(der: [stored.der]))?.leaf
        }
        self.init(recipient: recipient, evidence: evidence, inputs: inputs, certificate: certificate)
    }

    /// The evidence about the domain, with the policy document that it refers to.
    private static func evidence(
        _ digest: [UInt8], of record: DecisionRecord, _ reader: any EventReader
    ) async throws(ExplainError) -> DomainEvidence {
        var evidence = try await read(DomainEvidence.self, digest, of: record, reader)
        if let policy = evidence.sts.anyPolicy, let digest = policy.documentDigest {
            guard let whole = policy.resolved(try await body(digest, of: record, reader)) else { throw unreadable(record) }
            evidence.sts = evidence.sts.replacing(whole)
        }
        return evidence
    }

    private static func read<Value: Decodable>(
        _ type: Value.Type, _ digest: [UInt8], of record: DecisionRecord, _ reader: any EventReader
    ) async throws(ExplainError) -> Value {
        let body = try await body(digest, of: record, reader)
        do {
            return try EncodedEvidence.decode(type, from: body)
        } catch {
            throw unreadable(record)
        }
    }

    private static func body(
        _ digest: [UInt8], of record: DecisionRecord, _ reader: any EventReader
    ) async throws(ExplainError) -> [UInt8] {
        let stored: EvidenceRecord?
        do { stored = try await reader.evidence(digest) } catch { throw ExplainError("\(error)") }
        guard let stored else { throw ExplainError("The evidence of decision \(record.id) is no longer kept: see [journal] retention.") }
        return stored.body
    }

    private static func unreadable(_ record: DecisionRecord) -> ExplainError {
        ExplainError("The evidence of decision \(record.id) cannot be read: another version of Weft wrote it, or it is damaged.")
    }
}

/// Why a decision cannot be explained. The description tells an operator.
public struct ExplainError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is missing, in one line.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
