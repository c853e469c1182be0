import Basics
import DANE
import FoundationEssentials
import MTASTS
import Records
import TLS

/// Row 5 of the decision table as far as MTA-STS goes (RFC 8461 4 and 5).
extension DecisionContext {
    /// The policy in force when it is to be enforced.
    var enforcedPolicy: STSPolicy? {
        guard case .policy(let cached, _) = evidence.sts, cached.policy.mode == .enforce else { return nil }
        return cached.policy
    }

    /// The verdict of an enforced policy, or of one that is not known yet.
    func stsStep() -> Step? {
        enforcedPolicy.map(evaluate) ?? pendingSTS()
    }

    /// The verdict while it is not known whether the domain has a policy; nil when it is, or the operator does not want to wait.
    func pendingSTS() -> Step? {
        guard evidence.sts == .pending, settings.onPending == .defer else { return nil }
        return deferred(.sts, .policyPending, "4.7.0", "MTA-STS: the policy of \(evidence.domain) is still being fetched")
    }

    /// The verdict of a policy in testing mode: evaluated as if enforced, recorded, and accepted (RFC 8461 5).
    func stsTesting() -> Step? {
        guard case .policy(let cached, _) = evidence.sts, cached.policy.mode == .testing else { return nil }
        let step = evaluate(cached.policy)
        guard case .verdict(let verdict) = step else { return step }
        return .verdict(verdict.notEnforced())
    }

    /// V_sts without the hosts that have usable TLSA records: MTA-STS never stands in for DANE (RFC 8461 2).
    func provenHosts(by policy: STSPolicy) -> [HostLookup] {
        evidence.hosts.filter { host in
            guard policy.matches(host: host.host), isPKIXValid(host.host) else { return false }
            return switch hostClass(host) {
            case .free, .encrypt: true
            // With an insecure MX record DANE alone does not accept, so a host that passes both is proven.
            case .dane: !evidence.mx.isSecure && isDANEVerified(host)
            case .error: false
            }
        }
    }

    /// What an enforced `policy` says of the leg.
    private func evaluate(_ policy: STSPolicy) -> Step {
        let stsMode = policy.mode
        let proven = provenHosts(by: policy)
        // RFC 8461 7.1: the client sends the MX host's name as SNI.
        if let host = proven.first(where: { $0.host == leg.serverName }) ?? proven.first(where: { isNamed($0.host) }) {
            return .verdict(
                .accepted(
                    .sts, .stsVerified, level: .stsVerified, stsMode: stsMode, host: host.host,
                    detail: "MTA-STS: the certificate is valid for \(host.host)"))
        }
        let matching = candidates.filter { policy.matches(host: $0.host) }
        guard let first = matching.first ?? proven.first else {
            // RFC 8461 5.1: the policy may have changed; look before the mail is held.
            return refresh(.stsID)
                ?? .verdict(
                    policyFailure(
                        .sts, .stsMXMismatch, "4.7.5", "MTA-STS: the policy of \(evidence.domain) does not name \(candidateNames)",
                        .validationFailure, stsMode: stsMode))
        }
        let names = proven.map(\.host) + matching.map(\.host)
        let demand = "MTA-STS: \(evidence.domain) requires TLS"
        if let missing = missingTLS(.sts, demand, stsMode: stsMode) {
            if case .failed = leg.tls, let next = untried(names).flatMap({ redial($0, for: .sts, stsMode: stsMode) }) { return next }
            return refresh(.stsID) ?? .verdict(missing)
        }
        if let next = untried(names).flatMap({ redial($0, for: .sts, stsMode: stsMode) }) { return next }
        if let again = refresh(.stsID) { return again }
        let blamed = matching.first { $0.host == leg.serverName } ?? first
        return .verdict(certificateFailure(blamed.host, .sts, "MTA-STS", stsMode: stsMode))
    }

    /// A certificate that is not valid for `host`; `subject` begins the text for the operator.
    func certificateFailure(_ host: DomainName, _ policy: PolicyKind, _ subject: String, stsMode: STSMode? = nil) -> Verdict {
        let (what, reason, resultType): (String, Reason, ResultType) =
            switch leg.authentication[host]?.pkix {
            case .valid where !mayAuthenticate:
                ("came over a TLS version older than 1.2, which proves nothing", .certificateNotTrusted, .validationFailure)
            case .expired: ("has expired", .certificateExpired, .certificateExpired)
            case .notYetValid: ("is not yet valid", .certificateExpired, .certificateNotTrusted)
            case .notTrusted(let why): ("is not trusted: \(why)", .certificateNotTrusted, .certificateNotTrusted)
            case .valid(let until) where now > until: ("has expired", .certificateExpired, .certificateExpired)
            case .valid: ("was not shown under its own name", .certificateHostMismatch, .certificateHostMismatch)
            case .hostMismatch, nil: ("does not name it", .certificateHostMismatch, .certificateHostMismatch)
            }
        return policyFailure(
            policy, reason, "4.7.5", "\(subject): certificate of \(host) \(what)", resultType, host: host, stsMode: stsMode)
    }

    private var candidateNames: String {
        candidates.prefix(3).map(\.host.text).joined(separator: ", ") + (candidates.count > 3 ? ", ..." : "")
    }
}
