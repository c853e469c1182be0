import Basics

/// How far the session has come in trying to satisfy the policy: what keeps `decide` from asking for the same thing for ever.
public struct Attempts: Codable, Hashable, Sendable {
    /// Whether the leg may be dialled again.
    public enum Redial: String, Codable, Hashable, Sendable {
        case allowed
        /// A recipient of this transaction already uses the leg.
        case transactionUsesLeg
        /// The bound on re-dials was reached.
        case exhausted
        /// The last re-dial came to no connection.
        case failed
        /// Nobody is going to dial: what is known decides.
        case unwanted
    }

    /// Whether the leg may be dialled again.
    public var redial: Redial
    /// Why the last re-dial came to nothing, in the server's words or the system's.
    public var redialFailure: String?
    /// Look-ups that were already repeated for this recipient.
    public var refreshed: Set<Refresh>
    /// Mail for other domains uses the leg already, so that it was not dialled for this one.
    public var isLegShared: Bool
    /// Names that were sent to the destination as SNI in vain within the last minute, by whatever session, while its server showed the same as on
    /// this leg; nil: nothing of the kind is known.
    public var failedLately: [DomainName]?

    /// Nothing tried yet, or what was.
    public init(
        redial: Redial = .allowed, redialFailure: String? = nil, refreshed: Set<Refresh> = [], isLegShared: Bool = false,
        failedLately: [DomainName]? = nil
    ) {
        self.redial = redial
        self.redialFailure = redialFailure
        self.refreshed = refreshed
        self.isLegShared = isLegShared
        self.failedLately = failedLately
    }
}

extension Attempts {
    private enum CodingKeys: String, CodingKey { case redial, redialFailure, refreshed, isLegShared, failedLately }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        redial = try container.decode(Redial.self, forKey: .redial)
        redialFailure = try container.decodeIfPresent(String.self, forKey: .redialFailure)
        refreshed = try container.decode(Set<Refresh>.self, forKey: .refreshed)
        isLegShared = try container.decodeIfPresent(Bool.self, forKey: .isLegShared) ?? false
        failedLately = try container.decodeIfPresent([DomainName].self, forKey: .failedLately)
    }

    /// Writes the set in order: evidence is stored under its digest, so equal values must have equal encodings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(redial, forKey: .redial)
        try container.encode(refreshed.sorted { $0.rawValue < $1.rawValue }, forKey: .refreshed)
        // Absent as in what was stored before there was such a thing.
        try container.encodeIfPresent(redialFailure, forKey: .redialFailure)
        if isLegShared { try container.encode(true, forKey: .isLegShared) }
        try container.encodeIfPresent(failedLately, forKey: .failedLately)
    }
}
