public import DNS

/// What MTA-STS says of a recipient domain now.
public enum STSStatus: Codable, Hashable, Sendable {
    /// No policy applies, and why.
    case none(STSNoPolicyReason)
    /// It could not be found out in time, or must be assumed that the domain has a policy which cannot be had. The work goes on; ask again. After
    /// 15 minutes it is as none, unless it is our own store that does not answer.
    case pending
    /// This policy applies; its mode is enforce or testing. The note says why a newer one, announced by DNS, could not be had.
    case policy(CachedPolicy, note: STSFailure?)

    /// The policy in force, of mode enforce or testing.
    public var policy: CachedPolicy? {
        if case .policy(let policy, _) = self { policy } else { nil }
    }

    /// The failure to report (RFC 8460 4.3), if MTA-STS failed.
    public var failure: STSFailure? {
        switch self {
        case .policy(_, let note): note
        case .none(.fetchFailed(let failure)), .none(.invalidRecord(let failure)): failure
        case .none, .pending: nil
        }
    }

    /// No policy is known because the last attempt to find one failed.
    var isFailedLookup: Bool {
        switch self {
        case .none(.fetchFailed), .none(.invalidRecord), .none(.lookupFailed): true
        case .none, .pending, .policy: false
        }
    }

    /// The status that a policy in force amounts to.
    init(_ policy: CachedPolicy, note: STSFailure? = nil) {
        self = policy.policy.mode == .none ? .none(.modeNone(policy)) : .policy(policy, note: note)
    }

    /// The cached policy behind the status, of any mode.
    var cached: CachedPolicy? {
        switch self {
        case .policy(let policy, _), .none(.modeNone(let policy)): policy
        case .none, .pending: nil
        }
    }
}

/// Why no MTA-STS policy applies to a domain.
public enum STSNoPolicyReason: Codable, Hashable, Sendable {
    /// An address literal, or no valid name: MTA-STS does not apply.
    case notADomain
    /// DNS has no TXT record of MTA-STS.
    case noRecord
    /// DNS has several, which counts as none (RFC 8461 3.1).
    case severalRecords
    /// The TXT record breaks the grammar.
    case invalidRecord(STSFailure)
    /// DNS did not answer, and the domain never had a policy.
    case lookupFailed(DNSFailure)
    /// There is a TXT record, but the policy could not be fetched.
    case fetchFailed(STSFailure)
    /// The domain's policy has mode none: it asks for nothing (RFC 8461 5, 8.3).
    case modeNone(CachedPolicy)
}
