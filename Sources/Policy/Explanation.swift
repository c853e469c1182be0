import Basics
import DANE
import FoundationEssentials
import MTASTS
import Records

/// What to assume instead of what was, when a decision is made again.
public struct WhatIf: Hashable, Sendable {
    /// Another enforcement.
    public var enforcement: Enforcement?
    /// Another answer to a failure.
    public var onFailure: DecisionSettings.OnFailure?
    /// Another worth of TLSA records under an insecure MX record.
    public var insecureMX: DecisionSettings.InsecureMX?
    /// The domain is exempted, or is not.
    public var hasOverride: Bool?
    /// Another MTA-STS policy, or none.
    public var sts: STSPolicyAssumption?

    /// Nothing else than what was, or something.
    public init(
        enforcement: Enforcement? = nil, onFailure: DecisionSettings.OnFailure? = nil,
        insecureMX: DecisionSettings.InsecureMX? = nil, hasOverride: Bool? = nil, sts: STSPolicyAssumption? = nil
    ) {
        self.enforcement = enforcement
        self.onFailure = onFailure
        self.insecureMX = insecureMX
        self.hasOverride = hasOverride
        self.sts = sts
    }

    /// True when nothing else is assumed.
    public var isEmpty: Bool { self == WhatIf() }
}

/// The MTA-STS policy of a ``WhatIf``.
public enum STSPolicyAssumption: Hashable, Sendable {
    /// The domain has none.
    case none
    /// It has this one.
    case policy(STSPolicy)
}

/// How a decision comes about: the way through the table, and the verdict.
public struct Explanation: Hashable, Sendable {
    /// The rows up to the one that decides; empty when the look-ups did not end in time, so that no row was asked.
    public var trace: [TraceStep]
    /// The verdict, with enforcement applied.
    public var verdict: Verdict
    /// What Weft would have done before that verdict, and nobody did: its result is not known, so what is known decides.
    public var notTried: [Step]
    /// The settings by which it was decided.
    public var settings: DecisionSettings
    /// The MTA-STS status by which it was decided; nil without look-ups.
    public var sts: STSStatus?
}

extension StoredDecision {
    /// Makes the decision again, at its own time, by the stored evidence or by what is assumed instead of parts of it.
    public func explain(_ whatIf: WhatIf = WhatIf()) -> Explanation {
        let now = record.at
        var settings = inputs.settings
        settings.enforcement = whatIf.enforcement ?? settings.enforcement
        settings.onFailure = whatIf.onFailure ?? settings.onFailure
        settings.insecureMX = whatIf.insecureMX ?? settings.insecureMX
        if let hasOverride = whatIf.hasOverride {
            settings.override = hasOverride ? .init(until: .distantFuture, reason: "what if") : nil
        }
        var evidence = evidence
        if let assumed = whatIf.sts { evidence?.sts = status(assumed) }

        if evidence == nil && record.reason != .addressLiteral {
            let verdict = pendingVerdict(domain: record.domain.description, leg: inputs.leg, settings: settings, now: now)
            return Explanation(trace: [], verdict: verdict, notTried: [], settings: settings)
        }
        var attempts = inputs.attempts
        var notTried: [Step] = []
        while true {
            let step = decide(evidence, leg: inputs.leg, settings: settings, attempts: attempts, now: now)
            switch step {
            case .verdict(let verdict):
                let trace = decisionTrace(evidence, leg: inputs.leg, settings: settings, attempts: attempts, now: now)
                return Explanation(trace: trace, verdict: verdict, notTried: notTried, settings: settings, sts: evidence?.sts)
            // Each of these is asked for at most once.
            case .refresh(let refresh): attempts.refreshed.insert(refresh)
            case .redial, .renew: attempts.redial = .unwanted
            }
            notTried.append(step)
        }
    }

    /// The class that the decision table gave one of the domain's hosts, in a word: `dane`, `encrypt`, `error` or `free`.
    public func className(of host: HostLookup) -> String {
        let mxSecure = evidence?.mx.isSecure ?? false
        switch host.hostClass(
            overIPv6: inputs.leg.destination.isIPv6, mxSecure: mxSecure, insecureMX: inputs.settings.insecureMX)
        {
        case .dane: return "dane"
        case .encrypt: return "encrypt"
        case .error: return "error"
        case .free: return "free"
        }
    }

    /// In what a verdict is not the recorded one: `action: accept, recorded defer`. Empty when it is the same.
    public func differences(from verdict: Verdict) -> [String] {
        let pairs: [(String, String?, String?)] = [
            ("action", verdict.action.rawValue, record.action.rawValue), ("would", verdict.would?.rawValue, record.would?.rawValue),
            ("policy", verdict.policy.rawValue, record.policy.rawValue), ("reason", verdict.reason.rawValue, record.reason.rawValue),
            ("result_type", verdict.resultType?.rawValue, record.resultType?.rawValue), ("mx", verdict.host?.text, record.mx?.text),
            ("tls level", verdict.level.rawValue, record.tls?.level.rawValue),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1 ?? "-"), recorded \($0.2 ?? "-")" }
    }

    private func status(_ assumed: STSPolicyAssumption) -> STSStatus {
        guard case .policy(let policy) = assumed else { return .none(.noRecord) }
        let cached = CachedPolicy(
            domain: record.domain.name ?? .root, id: "what-if", fetched: FetchedPolicy(policy: policy),
            now: record.at, lastUsed: record.at)
        return policy.mode == .none ? .none(.modeNone(cached)) : .policy(cached, note: nil)
    }
}
