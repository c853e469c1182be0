import Basics
import DANE
import FoundationEssentials
import MTASTS
import Records
import TLS

/// Decides what to do with one recipient, from evidence and configuration alone: no I/O, and no clock but `now`.
///
/// The relay, `weft check` and `weft explain` all call this function, so that what is predicted, done and explained is the same.
///
/// - Parameters:
///   - evidence: what was looked up for the recipient's domain; nil when there is no domain to look up (an address literal, `<postmaster>`).
///   - leg: the connection to the destination, with what its chain proves for the hosts in `evidence`.
///   - settings: the operator's settings for this domain.
///   - attempts: what was tried for this recipient already.
///   - requireTLS: whether the sender gave the parameter REQUIRETLS (RFC 8689).
///   - now: the time to judge expiry by.
public func decide(
    _ evidence: DomainEvidence?, leg: LegEvidence, settings: DecisionSettings, attempts: Attempts = Attempts(), requireTLS: Bool = false,
    now: Date
) -> Step {
    var step: Step
    if let evidence {
        let decision = DecisionContext(evidence: evidence, leg: leg, settings: settings, attempts: attempts, now: now)
        step = decision.unlessResumed(decision.unlessRedialFailed(decision.step()))
        if requireTLS { step = decision.requiringTLS(step) }
    } else if requireTLS {
        step = .verdict(.requireTLSUnmet("the recipient has no MX host that a certificate could name", leg: leg))
    } else {
        // RFC 8461 3.4, RFC 7672 2.2: both are about domains.
        step = .verdict(.accepted(.none, .addressLiteral, leg: leg, detail: "the recipient has no domain that could have a policy"))
    }
    guard case .verdict(let verdict) = step, settings.enforcement == .report else { return step }
    return .verdict(verdict.notEnforced())
}

/// The verdict when the look-ups about a domain take longer than a recipient may wait (RFC 5321 4.5.3.2 bounds how long the client does).
///
/// An override holds then too: it may be there because of just these look-ups. Only whether a certificate is good enough for it has to wait
/// for them.
func pendingVerdict(domain: String, leg: LegEvidence, settings: DecisionSettings, now: Date) -> Verdict {
    let level: SecurityLevel = leg.tls.isEstablished ? .unauthenticated : .plaintext
    var verdict = Verdict(
        action: .defer, policy: .none, reason: .policyPending, level: level,
        detail: "look-ups about \(domain) take too long", code: 451, enhancedCode: "4.7.0")
    if let override = settings.override, override.isInForce(at: now) {
        if override.kind.least <= level { return .overridden(override, level: level) }
        verdict = .missingTLS(on: leg, .override, override.demand, onFailure: settings.onFailure) ?? verdict
    }
    return settings.enforcement == .report ? verdict.notEnforced() : verdict
}

/// One decision in progress: the evidence with what follows from it at once.
struct DecisionContext {
    let evidence: DomainEvidence
    let leg: LegEvidence
    let settings: DecisionSettings
    let attempts: Attempts
    let now: Date
    /// C of the decision table: the hosts that the leg may belong to.
    let candidates: [HostLookup]
    /// K is empty: the destination is no address of a host that is known.
    let isDestinationUnknown: Bool
    private let classes: [DomainName: HostClass]

    init(evidence: DomainEvidence, leg: LegEvidence, settings: DecisionSettings, attempts: Attempts, now: Date) {
        self.evidence = evidence
        self.leg = leg
        self.settings = settings
        self.attempts = attempts
        self.now = now
        let known = evidence.hosts.filter { leg.hostsAtDestination.contains($0.host) }
        candidates = known.isEmpty ? evidence.hosts : known
        isDestinationUnknown = known.isEmpty
        // Each row asks for the classes, and a TLSA record with a whole certificate has to be parsed to tell.
        var classes: [DomainName: HostClass] = [:]
        for host in evidence.hosts {
            classes[host.host] = host.hostClass(
                overIPv6: leg.destination.isIPv6, mxSecure: evidence.mx.isSecure, insecureMX: settings.insecureMX)
        }
        self.classes = classes
    }

    /// The decision table: the first row that has an answer decides.
    func step() -> Step {
        for row in DecisionRow.table {
            if let step = step(of: row) { return step }
        }
        return opportunistic()
    }

    /// What one row of the table says; nil when it does not apply.
    func step(of row: DecisionRow) -> Step? {
        switch row {
        case .noDomain: nil
        case .override: overrideStep()
        case .route: routeStep()
        case .mx: mxStep()
        case .daneMatch: daneAcceptance()
        case .daneDemand: daneDemand()
        case .hostErrors: hostErrors()
        case .daneRequired: requiredDANE()
        case .sts: stsStep()
        case .opportunistic: opportunistic()
        }
    }

    // MARK: Row 1, the MX answer

    private func mxStep() -> Step? {
        switch evidence.mx {
        case .records, .implicit:
            return nil
        case .null(.secure):
            // RFC 7505 4.2: 556 5.1.10. The answer is authentic, so it may bounce mail.
            return .verdict(
                Verdict(
                    action: .refuse, policy: .none, reason: .nullMX, level: opportunisticLevel,
                    detail: "\(evidence.domain) accepts no mail (null MX)", code: 556, enhancedCode: "5.1.10"))
        case .null(.insecure):
            return deferred(.none, .nullMX, "4.4.3", "\(evidence.domain) shows a null MX, without DNSSEC to prove it")
        case .nonexistent:
            if case .policy(let cached, _) = evidence.sts, cached.policy.mode == .enforce {
                return deferred(
                    .sts, .domainNotFound, "4.4.3", "\(evidence.domain) is not in DNS, but has a cached MTA-STS policy", stsMode: .enforce)
            }
            // An insecure denial may be forged: it neither ends what the operator demands nor answers for a policy that is not known yet.
            if let demanded = requiredDANE() ?? pendingSTS() { return demanded }
            return .verdict(
                .accepted(.none, .domainNotFound, level: opportunisticLevel, detail: "\(evidence.domain) is not in DNS"))
        case .failed(let failure):
            let bogus = failure.kind == .bogus
            return deferred(
                bogus ? .dane : .none, bogus ? .dnssecBogus : .mxLookupFailed, "4.4.3",
                "MX look-up of \(evidence.domain) failed: \(failure)", resultType: bogus ? .dnssecInvalid : nil)
        }
    }

    // MARK: Row 5, its last lines

    private func opportunistic() -> Step {
        if let host = candidates.first(where: { hostClass($0) == .encrypt }) {
            if let missing = missingTLS(.dane, "DANE: \(host.host) has TLSA records, so TLS is required") { return .verdict(missing) }
            return .verdict(
                .accepted(
                    .dane, .tlsaUnusable, level: opportunisticLevel, host: host.host,
                    detail: "no TLSA record of \(host.host) is usable: encrypted, not authenticated", resultType: .tlsaInvalid))
        }
        if let testing = stsTesting() { return testing }
        // RFC 8461 3.3: a policy that cannot be had is as none; RFC 8460 4.3.2.2: its owner is told.
        let failure = evidence.sts.failure
        let why = failure.map { " (MTA-STS: \($0.detail))" } ?? ""
        return .verdict(
            .accepted(
                .none, .noPolicy, level: opportunisticLevel, stsMode: policyMode, detail: "no policy applies to \(evidence.domain)\(why)",
                resultType: failure.map(\.resultType).map(ResultType.init)))
    }

    // MARK: Shared by the rows

    func hostClass(_ host: HostLookup) -> HostClass {
        classes[host.host] ?? .free
    }

    /// The leg's protection without any policy to vouch for it.
    var opportunisticLevel: SecurityLevel {
        guard leg.tls.isEstablished else { return .plaintext }
        return candidates.contains { isPKIXValid($0.host) } ? .pkix : .unauthenticated
    }

    /// RFC 8461 7.2: what an older TLS version says of a peer proves nothing; it is spoken only where nothing has to be proven.
    var mayAuthenticate: Bool {
        if case .established(let info) = leg.tls { info.version >= .tls12 } else { false }
    }

    func isPKIXValid(_ host: DomainName) -> Bool {
        guard mayAuthenticate, case .valid(let until)? = leg.authentication[host]?.pkix else { return false }
        return now <= until
    }

    var policyMode: STSMode? {
        guard case .policy(let cached, _) = evidence.sts else { return nil }
        return cached.policy.mode
    }

    /// The refusal for a leg without TLS, or nil when it has TLS. RFC 8460 4.3.1.
    func missingTLS(_ policy: PolicyKind, _ demand: String, stsMode: STSMode? = nil) -> Verdict? {
        .missingTLS(on: leg, policy, demand, onFailure: onFailure, stsMode: stsMode)
    }

    /// The answer to a leg that fails what is demanded of it. While look-ups that bear on the demand have failed it is no finding that may bounce
    /// mail: the name server may answer the next time, and show another demand or another host.
    private var onFailure: DecisionSettings.OnFailure {
        if case .failed = evidence.mx { return .defer }
        let isUncertain = candidates.contains { if case .error = hostClass($0) { true } else { false } }
        return isUncertain ? .defer : settings.onFailure
    }

    /// A leg that fails the domain's policy.
    func policyFailure(
        _ policy: PolicyKind, _ reason: Reason, _ enhanced: String, _ detail: String, _ resultType: ResultType?, host: DomainName? = nil,
        stsMode: STSMode? = nil
    ) -> Verdict {
        .failed(
            policy, reason, enhanced, detail, resultType, level: opportunisticLevel, onFailure: onFailure, host: host,
            stsMode: stsMode)
    }

    /// A temporary state that is not the policy's failure: always 451.
    func deferred(
        _ policy: PolicyKind, _ reason: Reason, _ enhanced: String, _ detail: String, stsMode: STSMode? = nil,
        resultType: ResultType? = nil, host: DomainName? = nil
    ) -> Step {
        .verdict(
            Verdict(
                action: .defer, policy: policy, stsMode: stsMode, reason: reason, resultType: resultType, host: host,
                level: opportunisticLevel,
                detail: detail, code: 451, enhancedCode: enhanced))
    }

    /// The next of `names` that is worth a new leg: one not yet sent as SNI to this destination, nor lately in vain.
    func untried(_ names: [DomainName]) -> DomainName? {
        names.first { !leg.triedServerNames.contains($0) && attempts.failedLately?.contains($0) != true }
    }

    /// Whether the leg may be taken for a host that its chain proves, though it was dialled under `name`.
    ///
    /// RFC 7672 8.1, RFC 8461 7.1: a leg that is dialled for a host carries the host's name as SNI. SNI chooses the certificate, and proves nothing:
    /// where a leg is there already, for other domains, it is the certificate that says whether it will do for this one too.
    func isNamed(_ host: DomainName?) -> Bool { attempts.isLegShared || host == leg.serverName }

    /// A re-dial with `name`, or the answer when there can be none; nil when nobody is going to dial.
    func redial(_ name: DomainName, for policy: PolicyKind, stsMode: STSMode? = nil) -> Step? {
        switch attempts.redial {
        case .allowed: .redial(serverName: name)
        default: noRedial("a connection under the name \(name)", host: name, for: policy, stsMode: stsMode)
        }
    }

    /// The answer when `what` is needed and there can be none; nil when there could, or nobody is going to dial.
    private func noRedial(_ what: String, host: DomainName?, for policy: PolicyKind, stsMode: STSMode?) -> Step? {
        switch attempts.redial {
        case .allowed, .unwanted: nil
        case .transactionUsesLeg:
            deferred(policy, .needsOwnTransaction, "4.7.0", "\(evidence.domain) needs its own transaction", stsMode: stsMode, host: host)
        case .exhausted:
            newSession(
                policy, "\(evidence.domain) needs \(what), and this session has had all its re-dials", stsMode: stsMode, host: host)
        case .failed:
            newSession(
                policy,
                "\(evidence.domain) needs another connection, and dialling \(leg.destination) again failed"
                    + (attempts.redialFailure.map { ": \($0)" } ?? ""), stsMode: stsMode, host: host)
        }
    }

    /// A shortage of dials is no finding about the domain: the MTA is to come again, on a session that has none of them used up
    /// (RFC 5321 3.8: 421 ends this one).
    private func newSession(_ policy: PolicyKind, _ detail: String, stsMode: STSMode?, host: DomainName?) -> Step {
        .verdict(
            Verdict(
                action: .defer, policy: policy, stsMode: stsMode, reason: .needsNewSession, host: host, level: opportunisticLevel,
                detail: detail, code: 421, enhancedCode: "4.3.0"))
    }

    /// A resumed TLS session shows no certificate: the chain is that of the full handshake that it goes back to (RFC 8446 2.2), and the server may
    /// have a new one. So what fails is looked at after a full handshake before it is refused.
    func unlessResumed(_ step: Step) -> Step {
        guard case .established(let info) = leg.tls, info.resumed, case .verdict(let verdict) = step, verdict.isChainFailure,
            // One that showed the same chain was made lately.
            attempts.failedLately == nil
        else { return step }
        if attempts.redial == .allowed { return .renew }
        return noRedial("a full handshake", host: verdict.host, for: verdict.policy, stsMode: verdict.stsMode) ?? step
    }

    /// A verdict on the chain of a leg is none while the dial for a better leg failed.
    func unlessRedialFailed(_ step: Step) -> Step {
        guard attempts.redial == .failed, case .verdict(let verdict) = step, verdict.isChainFailure else { return step }
        return redial(verdict.host ?? evidence.domain, for: verdict.policy, stsMode: verdict.stsMode) ?? step
    }

    /// The repeated look-up, unless it was made already.
    func refresh(_ refresh: Refresh) -> Step? {
        attempts.refreshed.contains(refresh) ? nil : .refresh(refresh)
    }
}

extension Verdict {
    /// It is what the server showed that was not enough: another leg may show something else.
    var isChainFailure: Bool {
        switch reason {
        case .daneMismatch, .certificateHostMismatch, .certificateExpired, .certificateNotTrusted, .handshakeFailed: true
        default: false
        }
    }

    /// The same finding without its consequence: the recipient passes, and what enforcement had done is recorded.
    func notEnforced() -> Verdict {
        guard action != .accept else { return self }
        var verdict = self
        verdict.would = action
        verdict.action = .accept
        verdict.code = 250
        verdict.enhancedCode = "2.1.5"
        return verdict
    }

    /// The recipient passes because the operator exempted its domain.
    static func overridden(_ override: DecisionSettings.Override, level: SecurityLevel) -> Verdict {
        .accepted(.override, .overridden, level: level, detail: "exempted by the operator\(override.kind.restriction): \(override.reason)")
    }

    /// A verdict that lets the recipient pass.
    static func accepted(
        _ policy: PolicyKind, _ reason: Reason, level: SecurityLevel, stsMode: STSMode? = nil, host: DomainName? = nil, detail: String,
        resultType: ResultType? = nil
    ) -> Verdict {
        Verdict(
            action: .accept, policy: policy, stsMode: stsMode, reason: reason, resultType: resultType, host: host, level: level,
            detail: detail,
            code: 250, enhancedCode: "2.1.5")
    }

    /// A verdict that lets a recipient without a domain pass.
    static func accepted(_ policy: PolicyKind, _ reason: Reason, leg: LegEvidence, detail: String) -> Verdict {
        .accepted(policy, reason, level: leg.tls.isEstablished ? .unauthenticated : .plaintext, detail: detail)
    }
}
