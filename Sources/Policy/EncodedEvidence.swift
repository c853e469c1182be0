import FoundationEssentials
import TLS

/// A piece of evidence in its stored form: JSON with sorted keys, addressed by its SHA-256.
public final class EncodedEvidence: Sendable {
    /// SHA-256 of `body`.
    public let digest: [UInt8]
    /// UTF-8 JSON, or a document as it came.
    public let body: [UInt8]

    init(document: [UInt8]) {
        body = document
        digest = SHA256.digest(document)
    }

    init(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .secondsSince1970
        // Encoding our own value types fails only for a non-finite number, which none of them holds.
        body = (try? encoder.encode(value)).map(Array.init) ?? []
        digest = SHA256.digest(body)
    }
}

extension EncodedEvidence {
    /// Evidence read back from the journal.
    ///
    /// - Throws: `DecodingError` when the body is not of that type: it was written by another version, or is damaged.
    public static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(type, from: Data(body))
    }
}

/// What `decide` is given besides the evidence about the domain: stored with each decision, so that it can be worked out again.
public struct DecisionInputs: Codable, Hashable, Sendable {
    /// The word for this kind of evidence in the journal.
    public static let kind = "leg"

    /// The leg, with what its chain proves.
    public var leg: LegEvidence
    /// The operator's settings for the domain.
    public var settings: DecisionSettings
    /// What had been tried before.
    public var attempts: Attempts

    /// The inputs of one decision.
    public init(leg: LegEvidence, settings: DecisionSettings, attempts: Attempts) {
        self.leg = leg
        self.settings = settings
        self.attempts = attempts
    }
}

extension DomainEvidence {
    /// The word for this kind of evidence in the journal.
    public static let kind = "domain"

    /// The word in the journal for a long document of an MTA-STS policy. It is stored once, and evidence refers to it by its digest: what
    /// is noted with each look-up, such as its time, makes evidence anew every minute.
    public static let documentKind = "sts-policy"

    /// The document that is stored apart, if the policy has a long one.
    var document: EncodedEvidence? { sts.anyPolicy?.longDocument.map(EncodedEvidence.init(document:)) }

    /// The evidence with a reference to `document`.
    func referring(to document: EncodedEvidence?) -> DomainEvidence {
        guard let document, let policy = sts.anyPolicy else { return self }
        var evidence = self
        evidence.sts = sts.replacing(policy.reference(toDocument: document.digest))
        return evidence
    }
}
